//! Texts that came from outside. PostgreSQL's hold no NUL, yet a device may say one and its SOS is
//! kept all the same: NUL is written as `\0`, and therefore a backslash as `\\`.

use std::borrow::Cow;

use silverbell_domain::DistrictId;
use silverbell_store::Batch;

/// Returns the text as it is kept and looked for.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if text.contains(['\0', '\\']) {
        text.replace('\\', "\\\\").replace('\0', "\\0").into()
    } else {
        text.into()
    }
}

/// Returns the text as it was said.
pub(crate) fn unescaped(kept: String) -> String {
    if !kept.contains('\\') {
        return kept;
    }
    let mut said = String::with_capacity(kept.len());
    let mut rest = kept.chars();
    while let Some(letter) = rest.next() {
        // A backslash never stands alone: either letter of the pair is taken here.
        let marked = letter == '\\' && rest.next() == Some('0');
        said.push(if marked { '\0' } else { letter });
    }
    said
}

/// Returns the slugs of districts as an argument.
pub(crate) fn slugs<'a>(districts: impl IntoIterator<Item = &'a DistrictId>) -> Vec<String> {
    districts.into_iter().map(|district| escaped(&district.0).into_owned()).collect()
}

/// Escapes what a batch holds of texts from outside.
pub(crate) fn escape(batch: &mut Batch) {
    let signals = batch
        .signals
        .iter_mut()
        .flat_map(|row| [Some(&mut row.ident), row.event_id.as_mut(), Some(&mut row.source_addr)]);
    let tickets = batch
        .tickets
        .iter_mut()
        .flat_map(|row| [row.unknown_ident.as_mut(), row.source_addr.as_mut()]);
    let outbox = batch.outbox.iter_mut().map(|row| Some(&mut row.kind));
    let keys = batch.idempotency.iter_mut().map(|request| Some(&mut request.key));
    for text in signals.chain(tickets).chain(outbox).chain(keys).flatten() {
        if let Cow::Owned(other) = escaped(text) {
            *text = other;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_comes_back_and_no_two_texts_become_one() {
        let said = ["", "a", "李", "\0", "\\", "\\0", "\\\\0", "a\0b\\", "\0\0", "\\\0", "␀"];
        let mut kept = std::collections::BTreeSet::new();
        for text in said {
            let written = escaped(text);
            assert!(!written.contains('\0'), "{text:?}");
            assert_eq!(unescaped(written.to_string()), text);
            assert!(kept.insert(written.into_owned()), "{text:?} became another");
        }
    }
}
