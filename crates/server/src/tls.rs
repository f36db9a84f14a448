//! HTTPS and WSS: the certificate and its key, read anew when their files change. A renewed certificate
//! is in use within a minute, without a restart; one that cannot be read leaves the one before in use.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::time::interval;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// How often it is looked whether there is another certificate.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The files of a certificate, both PEM: the certificate with those that vouch for it, and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// When the files last changed, as far as that can be told.
type Changed = [Option<SystemTime>; 2];

impl TlsFiles {
    fn read(&self) -> Result<CertifiedKey> {
        let file = self.certificate.display();
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .with_context(|| format!("server.tls_cert: {file} cannot be read as PEM"))?;
        if chain.is_empty() {
            bail!("server.tls_cert: there is no certificate in {file}");
        }
        // The reason may quote the key.
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|_| {
            let file = self.key.display();
            anyhow::anyhow!("server.tls_key: {file} cannot be read as a PEM private key")
        })?;
        CertifiedKey::from_der(chain, key, &ring::default_provider())
            .context("server.tls_cert and server.tls_key do not belong together, or are of no use")
    }

    fn changed(&self) -> Changed {
        [&self.certificate, &self.key].map(|file| file.metadata().ok()?.modified().ok())
    }
}

/// The certificate that is in use.
struct InUse(RwLock<Arc<CertifiedKey>>);

impl fmt::Debug for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InUse").finish_non_exhaustive()
    }
}

impl ResolvesServerCert for InUse {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().clone())
    }
}

/// What makes connections HTTPS.
pub(crate) struct Tls {
    files: TlsFiles,
    in_use: Arc<InUse>,
    acceptor: TlsAcceptor,
    read_at: Changed,
}

impl Tls {
    /// Reads the files.
    pub(crate) fn read(files: TlsFiles) -> Result<Self> {
        let read_at = files.changed();
        let in_use = Arc::new(InUse(RwLock::new(Arc::new(files.read()?))));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .context("TLS cannot be used")?
            .with_no_client_auth()
            .with_cert_resolver(in_use.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { files, in_use, acceptor: TlsAcceptor::from(Arc::new(config)), read_at })
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// Reads the files again whenever they change.
    pub(crate) async fn follow(mut self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => self.look(),
            }
        }
    }

    fn look(&mut self) {
        let changed = self.files.changed();
        if changed == self.read_at {
            return;
        }
        self.read_at = changed;
        match self.files.read() {
            Ok(key) => {
                *self.in_use.0.write() = Arc::new(key);
                tracing::info!("there is another certificate: it is in use");
            }
            // Often only one of the two files has been written yet.
            Err(error) => {
                tracing::error!("the certificate before stays in use: {error:#}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn files(home: &TempDir) -> TlsFiles {
        TlsFiles { certificate: home.path().join("cert.pem"), key: home.path().join("key.pem") }
    }

    fn write(files: &TlsFiles, name: &str) -> Vec<u8> {
        let made = rcgen::generate_simple_self_signed(vec![name.into()]).expect("made");
        fs::write(&files.certificate, made.cert.pem()).expect("written");
        fs::write(&files.key, made.signing_key.serialize_pem()).expect("written");
        made.cert.der().to_vec()
    }

    fn shown(tls: &Tls) -> Vec<u8> {
        tls.in_use.0.read().cert[0].to_vec()
    }

    /// Makes a file younger: a file system tells times only so finely.
    fn touch(file: &PathBuf, seconds: u64) {
        let file = fs::File::options().write(true).open(file).expect("open");
        let written = file.metadata().and_then(|it| it.modified()).expect("a time");
        file.set_modified(written + Duration::from_secs(seconds)).expect("set");
    }

    #[test]
    fn a_renewed_certificate_is_in_use_and_a_broken_one_is_not() {
        let home = TempDir::new().expect("a folder");
        let files = files(&home);
        let first = write(&files, "sos.example.cn");
        let mut tls = Tls::read(files.clone()).expect("read");
        assert_eq!(shown(&tls), first);
        let second = write(&files, "sos.example.cn");
        touch(&files.key, 10);
        tls.look();
        assert_eq!(shown(&tls), second);
        fs::write(&files.certificate, "half a certifi").expect("written");
        touch(&files.certificate, 20);
        tls.look();
        assert_eq!(shown(&tls), second);
    }

    #[test]
    fn what_is_wrong_with_the_files_is_said_by_the_settings_name_and_without_the_key() {
        let home = TempDir::new().expect("a folder");
        let files = files(&home);
        let words =
            |files: &TlsFiles| format!("{:#}", Tls::read(files.clone()).err().expect("bad"));
        assert!(words(&files).contains("server.tls_cert"), "{}", words(&files));
        write(&files, "sos.example.cn");
        let others = fs::read_to_string(&files.key).expect("read");
        write(&files, "sos.example.cn");
        fs::write(&files.key, &others).expect("written");
        assert!(words(&files).contains("do not belong together"), "{}", words(&files));
        fs::write(&files.key, others.replace("PRIVATE KEY", "SECRET")).expect("written");
        let said = words(&files);
        assert!(said.contains("server.tls_key") && !said.contains(&others[40..60]), "{said}");
        fs::write(&files.certificate, "").expect("written");
        assert!(words(&files).contains("no certificate"), "{}", words(&files));
    }
}
