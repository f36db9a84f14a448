//! HTTPS and WSS, with a certificate of our own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::service::{PASSWORD, PATIENCE, TestService, run};

const NAME: &str = "sos.example.cn";

/// Makes a certificate and its key, and returns who trusts it.
fn certificate(home: &Path) -> RootCertStore {
    let made = rcgen::generate_simple_self_signed(vec![NAME.into()]).unwrap();
    std::fs::write(home.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(home.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(made.cert.der().to_vec())).unwrap();
    roots
}

/// A service over HTTPS, and whoever trusts its certificate.
async fn secured() -> (TestService, TlsConnector, TempDir) {
    let home = TempDir::new().unwrap();
    let roots = certificate(home.path());
    let files = ["cert.pem", "key.pem"].map(|file| home.path().join(file).display().to_string());
    let settings = [("server.tls_cert", &*files[0]), ("server.tls_key", &*files[1])];
    let service = TestService::with(&settings).await;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (service, TlsConnector::from(Arc::new(client)), home)
}

fn address(service: &TestService) -> SocketAddr {
    service.url.strip_prefix("https://").expect("it says https").parse().unwrap()
}

async fn connect(service: &TestService, client: &TlsConnector) -> TlsStream<TcpStream> {
    let stream = TcpStream::connect(address(service)).await.unwrap();
    let name = ServerName::try_from(NAME).unwrap();
    timeout(PATIENCE, client.connect(name, stream)).await.unwrap().unwrap()
}

/// Sends a request that ends its connection, and returns the whole answer.
async fn ask(service: &TestService, client: &TlsConnector, request: &str) -> String {
    let mut stream = connect(service, client).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A server that ends the connection need not say so in TLS as well.
    drop(timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap());
    String::from_utf8(answer).unwrap()
}

fn post(path: &str, head: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {NAME}\r\nconnection: close\r\n\
         content-type: application/json\r\n{head}content-length: {length}\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_key_a_log_in_and_the_feed_go_over_https() {
    let (service, client, _home) = secured().await;
    let device = service.demo.phone(0);
    let head = format!("authorization: Bearer {}\r\n", device.key);
    let pressed = ask(&service, &client, &post("/v1/sos", &head, &device.press("e1"))).await;
    assert!(pressed.starts_with("HTTP/1.1 202 "), "{pressed}");

    let login = json!({"username": "operator1", "password": PASSWORD});
    let answer = ask(&service, &client, &post("/v1/session", "", &login)).await;
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.contains("; Secure") && cookie.contains("; HttpOnly"), "{answer}");

    let mut request = format!("wss://{NAME}/v1/live").into_client_request().unwrap();
    let session = cookie.split(';').next().unwrap();
    request.headers_mut().insert("cookie", session.parse().unwrap());
    request.headers_mut().insert("origin", format!("https://{NAME}").parse().unwrap());
    let stream = connect(&service, &client).await;
    let (mut feed, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    let first = timeout(PATIENCE, feed.next()).await.unwrap().unwrap().unwrap();
    let snapshot: Value = serde_json::from_str(first.to_text().unwrap()).unwrap();
    assert_eq!(snapshot["type"], "snapshot");
    assert_eq!(snapshot["tickets"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn plain_http_is_told_to_use_https_and_garbage_takes_nothing_down() {
    let (service, client, _home) = secured().await;
    for (sent, answer) in [
        (&b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..], "use https://"),
        (&[22, 3, 1, 255, 255, 0, 0, 0][..], ""),
        (&[22][..], ""),
    ] {
        let mut stream = TcpStream::connect(address(&service)).await.unwrap();
        stream.write_all(sent).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut said = Vec::new();
        drop(
            timeout(PATIENCE + Duration::from_secs(5), stream.read_to_end(&mut said))
                .await
                .unwrap(),
        );
        assert!(String::from_utf8_lossy(&said).contains(answer), "{said:?}");
    }
    let health = format!("GET /healthz HTTP/1.1\r\nhost: {NAME}\r\nconnection: close\r\n\r\n");
    let answer = ask(&service, &client, &health).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_certificate_without_its_key_is_refused_in_words() {
    let home = TempDir::new().unwrap();
    certificate(home.path());
    let data = home.path().join("data");
    let cert = home.path().join("cert.pem").display().to_string();
    let check = run(&data, &["check"], &[("SILVERBELL_SERVER_TLS_CERT", &cert)], "").await;
    let said = check.refused();
    assert!(said.contains("server.tls_key"), "{said}");
    let key = home.path().join("missing.pem").display().to_string();
    let both = [("SILVERBELL_SERVER_TLS_CERT", &*cert), ("SILVERBELL_SERVER_TLS_KEY", &*key)];
    let said = run(&data, &["serve", "--listen", "127.0.0.1:0"], &both, "").await.refused();
    assert!(said.contains("missing.pem"), "{said}");
}
