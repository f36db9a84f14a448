use silverbell_domain::SignalKind;

use super::*;

/// 2026-11-22 01:02:03 UTC.
const NOW: UnixMs = UnixMs(1_795_305_600_000 + 3_723_000);

const PLACE: &str = "074530,A,2431.0000,N,11739.6000,E,0.00,0,211126,FFFFFBFF";

fn talk(said: &[u8]) -> (Talk, Vec<Heard>) {
    let mut talk = Talk::new(1_000, Options::default());
    talk.push(said);
    let heard = std::iter::from_fn(|| talk.next(NOW)).collect();
    (talk, heard)
}

fn answer(said: &str) -> Option<String> {
    let (_, mut heard) = talk(said.as_bytes());
    assert_eq!(heard.len(), 1, "{said}");
    heard.remove(0).ack.map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn reports_are_answered_with_our_time() {
    let v1 = answer(&format!("*hq,42,V1,{PLACE}#"));
    assert_eq!(v1.as_deref(), Some("*HQ,42,V4,V1,20261122010203#"));
    for kind in ["V2", "V4,S20,DONE,130305", "V6", "V8", "V19", "VI1"] {
        let ack = answer(&format!("*HQ,42,{kind},{PLACE}#"));
        assert_eq!(ack.as_deref(), Some("*HQ,42,R12,010203#"), "{kind}");
    }
    let neighbours = answer("*HQ,42,NBR,074530,460,0,1,1,9338,3692,150,211126,FFFFFBFF#");
    assert_eq!(neighbours.as_deref(), Some("*HQ,42,V4,NBR,20261122010203#"));
}

#[test]
fn heartbeats_are_repeated() {
    assert_eq!(answer("*HQ,42,HTBT,100#").as_deref(), Some("*HQ,42,HTBT#"));
    assert_eq!(answer("*TH,42,V0#").as_deref(), Some("*TH,42,V0#"));
}

#[test]
fn what_traccar_does_not_answer_is_not_answered() {
    for said in [
        "*HQ,42,V1,,V,,N,,E,0.00,0,,FFFFFBFD#",
        "*HQ,42,V1,074530,A,2431.0000,N,11739.6000,E,,,211126,FFFFFBFF#",
        "*HQ,,V1,074530,A,2431.0000,N,11739.6000,E,0.00,0,211126,FFFFFBFF#",
        "*HQ,42,NBR,074530,460,0,1,0,211126,FFFFFBFF#",
        "*HQ,42,LINK,074530,15,0,84,0,0,211126,FFFFFBFF#",
        "*HQ,42,VP1,A,2431.0000,N,11739.6000,E,0.00,0,211126#",
        "*HQ,42,ALRM,1,074530#",
        "*HQ,42,XT,1,100#",
        "*HQ,42,ICCID,89000000000000000000#",
        "*HQ,42#",
        "*HQ,#",
    ] {
        assert_eq!(answer(said), None, "{said}");
    }
}

#[test]
fn a_record_without_a_name_is_the_connections() {
    let mileage =
        hex::decode("5800001305020503162209022212874531113466574f014028fffffbfdff0000").unwrap();
    let (_, heard) = talk(&[b"*HQ,1357902468,XT#", &mileage[..], b"*HQ,,V1,FFFFFBFF#"].concat());
    let idents: Vec<_> = heard.iter().map(|heard| heard.ident.as_str()).collect();
    assert_eq!(idents, ["1357902468"; 3]);
    assert_eq!((heard[1].alarm().unwrap().1, &heard[1].ack), (SignalKind::Sos, &None));
}

#[test]
fn commands_are_addressed_as_the_device_spoke_last() {
    let (mut talk, _) = talk(format!("*TH,41,V1,{PLACE}#*th,42,LINK,1#*TH,42,XT#").as_bytes());
    let mut ask = |ident| String::from_utf8(talk.command(ident, &Command::Locate, NOW)?).ok();
    assert_eq!(ask("41"), None, "another speaks now");
    assert_eq!(ask("42").as_deref(), Some("*TH,42,LOC,010203,60#"));
    talk.push(b"*HQ,135790246811220,XT#*HQ,43,XT");
    assert_eq!(talk.next(NOW).unwrap().ident, "135790246811220");
    let asked = talk.command("135790246811220", &Command::Locate, NOW);
    assert_eq!(asked.as_deref(), Some(&b"*HQ,135790246811220,CR#"[..]));
    assert_eq!(talk.command("43", &Command::Locate, NOW), None);
}

#[test]
fn what_is_unfinished_is_told_and_kept() {
    let (mut talk, heard) = talk(b"*HQ,42,ALRM,1,074530");
    assert!(heard.is_empty() && !talk.is_empty());
    for _ in 0..2 {
        let [unfinished] = &talk.unfinished(NOW)[..] else { panic!() };
        assert_eq!((unfinished.alarm().unwrap().1, &unfinished.ack), (SignalKind::Sos, &None));
    }
    talk.push(b"#");
    assert_eq!(talk.next(NOW).unwrap().reports[0].doubts, []);
    assert!(talk.is_empty());
}
