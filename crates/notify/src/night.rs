//! One night of the fake gateway, to look at: every message that somebody tried to hand over, and what
//! was answered each time. Plain HTML, without scripts.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;
use silverbell_domain::UnixMs;
use silverbell_web::rfc3339;

/// So many messages are listed; later ones are only counted.
const LISTED: usize = 20_000;

/// So many tries of one message are listed; later ones are only counted.
const TRIES_LISTED: usize = 20;

/// A text is shown so far, characters: a webhook's body has no end of its own.
const SHOWN: usize = 600;

/// A message and its tries.
struct Line {
    channel: String,
    to: String,
    text: String,
    tries: Vec<(UnixMs, &'static str)>,
    tries_beyond: u32,
}

/// Everything that was tried.
#[derive(Default)]
pub(crate) struct Night {
    lines: Vec<Line>,
    by_key: HashMap<String, usize>,
    lines_beyond: u32,
}

impl Night {
    /// Notes a try. What has no key of its own is a line of its own.
    pub(crate) fn note(&mut self, key: &str, body: &Value, now: UnixMs, answer: &'static str) {
        let known = self.by_key.get(key).copied().filter(|_| !key.is_empty());
        let Some(line) = known.or_else(|| self.begin(key, body)) else {
            self.lines_beyond = self.lines_beyond.saturating_add(1);
            return;
        };
        let line = &mut self.lines[line];
        if line.tries.len() < TRIES_LISTED {
            line.tries.push((now, answer));
        } else {
            line.tries_beyond = line.tries_beyond.saturating_add(1);
        }
    }

    fn begin(&mut self, key: &str, body: &Value) -> Option<usize> {
        let n = self.lines.len();
        if n >= LISTED {
            return None;
        }
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        let is_webhook = body["event"].is_string();
        let channel = if is_webhook { "webhook".into() } else { text("channel") };
        let said = if is_webhook { news(body) } else { text("text") };
        let said = said.chars().take(SHOWN).collect();
        let to = masked(&text("to"));
        self.lines.push(Line { channel, to, text: said, tries: Vec::new(), tries_beyond: 0 });
        self.by_key.insert(key.to_owned(), n);
        Some(n)
    }

    /// Returns the page.
    pub(crate) fn page(&self, mode: &str) -> String {
        let mut rows = String::new();
        for line in &self.lines {
            let first = line.tries.first().map(|(at, _)| rfc3339(*at)).unwrap_or_default();
            let mut tries = String::new();
            for (at, answer) in &line.tries {
                // Writing into a text cannot fail.
                let _ =
                    write!(tries, "<li><time>{}</time> {}</li>", time_of_day(*at), escaped(answer));
            }
            if line.tries_beyond > 0 {
                let _ = write!(tries, "<li>… {} more 又 {0} 次</li>", line.tries_beyond);
            }
            let count = line.tries.len() + line.tries_beyond as usize;
            let _ = write!(
                rows,
                "<tr><td><time>{first}</time></td><td>{}</td><td>{}</td><td>{}</td>\
                 <td>{count}</td><td><ol>{tries}</ol></td></tr>",
                escaped(&line.channel),
                escaped(&line.to),
                escaped(&line.text),
            );
        }
        let beyond = match self.lines_beyond {
            0 => String::new(),
            n => format!("<p>{n} more tries are not listed. 另有 {n} 次未列出。</p>"),
        };
        format!(
            "<!doctype html><html lang=\"zh\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\">\
             <title>测试网关 · fake gateway</title><style>{STYLE}</style></head><body>\
             <h1>测试网关 · fake gateway</h1>\
             <p>什么也不会真的发出去。Nothing is sent to anybody. 现在 now: <b>{}</b> · \
             {} 条消息 messages</p>\
             <table><thead><tr><th>时间 time (UTC)</th><th>方式 channel</th><th>发给 to</th>\
             <th>内容 text</th><th>次数 tries</th><th>每次的回答 answers</th></tr></thead>\
             <tbody>{rows}</tbody></table>{beyond}</body></html>",
            escaped(mode),
            self.lines.len(),
        )
    }
}

const STYLE: &str = "body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;margin:24px;\
    color:#1b1f24;background:#fff}h1{font-size:20px;margin:0}table{border-collapse:collapse;\
    width:100%}th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;\
    border-bottom:1px solid #d5d9de}th{white-space:nowrap}td:nth-child(4){min-width:20em;\
    overflow-wrap:anywhere}time,td:nth-child(3){white-space:nowrap;\
    font-variant-numeric:tabular-nums}ol{margin:0;padding-left:1.6em}";

/// Returns what a webhook's body tells, in a few words.
fn news(body: &Value) -> String {
    let shown = |name: &str| match &body[name] {
        Value::Null => None,
        Value::String(text) => Some(format!("{name} {text}")),
        other => Some(format!("{name} {other}")),
    };
    let parts = ["event", "seq", "number", "kind", "urgency", "status", "outcome", "to", "ticket"];
    parts.into_iter().filter_map(shown).collect::<Vec<_>>().join(" · ")
}

/// Returns the time of day, to the millisecond.
fn time_of_day(at: UnixMs) -> String {
    let text = rfc3339(at);
    text.split_once('T').map_or(text.clone(), |(_, time)| time.trim_end_matches('Z').to_owned())
}

/// Returns a number of which nobody can be called.
fn masked(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let (from, to) = if chars.len() >= 9 { (3, chars.len() - 2) } else { (0, chars.len().min(8)) };
    let of = |(n, c): (usize, &char)| if (from..to).contains(&n) { '*' } else { *c };
    chars.iter().enumerate().map(of).collect()
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use silverbell_testkit::START;

    use super::*;

    #[test]
    fn a_night_lists_each_message_once_with_all_its_tries_and_nobodys_number() {
        let mut night = Night::default();
        let body =
            json!({"channel": "sms", "to": "13812345678", "text": "<b>陈阿婆</b> & \"家人\""});
        night.note("k", &body, START, "500");
        night.note("k", &body, START.plus_s(60), "200 accepted");
        let page = night.page("ok");
        assert_eq!(page.matches("<tr>").count(), 2, "the head and one message");
        assert!(page.contains("138******78") && !page.contains("13812345678"), "{page}");
        assert!(page.contains("&lt;b&gt;陈阿婆&lt;/b&gt; &amp; &quot;家人&quot;"), "{page}");
        assert!(page.contains("<td>2</td>") && page.contains("200 accepted"), "{page}");
        assert!(!page.contains("<script") && page.contains("1 条消息"), "{page}");
    }

    #[test]
    fn short_numbers_are_hidden_whole_and_what_is_endless_is_counted() {
        assert_eq!((&*masked("2020000"), &*masked("")), ("*******", ""));
        let mut night = Night::default();
        for _ in 0..30 {
            night.note("k", &json!({"event": "closed", "seq": 7}), START, "500");
        }
        let page = night.page("error");
        assert!(page.contains("<td>30</td>") && page.contains("10 more"), "{page}");
        assert!(page.contains("webhook"), "{page}");
    }
}
