//! Photos of a ticket: what a door looked like before and after. The picture itself is kept sealed;
//! here is what is known of it, and what is left out of it.

use serde::{Deserialize, Serialize};

use crate::{By, Event, NewEvent, PhotoId, Policy, Refusal, Ticket, UnixMs, UserId};

/// A ticket has at most so many photos.
pub const MAX_PHOTOS: usize = 20;

/// The largest photo, bytes.
pub const MAX_PHOTO_BYTES: usize = 8 * 1024 * 1024;

/// The largest photo, points: cameras of phones make up to 50 million.
pub const MAX_PHOTO_POINTS: u64 = 64_000_000;

/// The largest face, points. It is drawn small, in the first moment of an alarm.
pub const MAX_FACE_POINTS: u64 = 4_000_000;

/// What a photo shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoOf {
    /// The door before it was opened.
    Before,
    /// The door afterwards.
    After,
    /// Something else.
    Other,
}

impl PhotoOf {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::Before, Self::After, Self::Other];

    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Other => "other",
        }
    }

    /// Returns the value of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.as_str() == word)
    }
}

/// What is known of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketPhoto {
    /// Identity.
    pub id: PhotoId,
    /// What it shows.
    pub what: PhotoOf,
    /// When it came.
    pub at: UnixMs,
    /// From whom.
    pub by: UserId,
    /// Its size, bytes.
    pub bytes: u32,
}

impl Ticket {
    /// Somebody adds a photo. It may come after the ticket was closed.
    ///
    /// # Errors
    /// [`Refusal::State`] when there are too many.
    pub fn add_photo(
        &mut self,
        photo: TicketPhoto,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        if self.photos.iter().any(|known| known.id == photo.id) {
            return Ok(Vec::new());
        }
        if self.photos.len() >= MAX_PHOTOS {
            return Err(Refusal::State("the ticket has 20 photos already, and takes no more"));
        }
        self.photos.push(photo);
        let event = Event::PhotoAdded { photo: photo.id, what: photo.what };
        Ok(self.happened(By::Person { user: photo.by }, now, event, policy))
    }
}

/// A form of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Picture {
    /// Recognises a picture by its first bytes, whatever anybody says that it is.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Returns its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// Returns how many points the picture has, `None` when it does not say so: it is none that anybody can
    /// look at. A few kilobytes may say that they are hundreds of millions, and stop a page that draws them.
    #[must_use]
    pub fn points(bytes: &[u8]) -> Option<u64> {
        let size = imagesize::blob_size(bytes).ok()?;
        let points = u64::try_from(size.width.checked_mul(size.height)?).ok()?;
        (points > 0).then_some(points)
    }

    /// Returns the picture without what a camera writes beside it: the place, the owner, a thumbnail of
    /// what was cut away. `None` when it is not whole.
    #[must_use]
    pub fn stripped(self, bytes: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Jpeg => stripped_jpeg(bytes),
            Self::Png => stripped_png(bytes),
            Self::Webp => stripped_webp(bytes),
        }
    }
}

/// Keeps the segments that say how to draw: JFIF, colours (ICC, Adobe) and the picture. What lies
/// behind its end, further pictures of some cameras, goes.
fn stripped_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    const START: u8 = 0xd8;
    const END: u8 = 0xd9;
    const SCAN: u8 = 0xda;
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    loop {
        let marker = *bytes.get(at + 1).filter(|_| bytes.get(at) == Some(&0xff))?;
        match marker {
            0xff => at += 1, // filling
            START | 0x01 | 0xd0..=0xd7 => {
                out.extend_from_slice(bytes.get(at..at + 2)?);
                at += 2;
            }
            END => {
                out.extend_from_slice(&[0xff, END]);
                return Some(out);
            }
            _ => {
                let length = bytes.get(at + 2..at + 4)?;
                let end = at + 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                let segment = bytes.get(at..end).filter(|it| it.len() >= 4)?;
                if says_how_to_draw(marker, &segment[4..]) {
                    out.extend_from_slice(segment);
                }
                at = end;
                if marker == SCAN {
                    let length = scan_length(bytes.get(at..)?)?;
                    out.extend_from_slice(bytes.get(at..at + length)?);
                    at += length;
                }
            }
        }
    }
}

fn says_how_to_draw(marker: u8, content: &[u8]) -> bool {
    const JFIF: u8 = 0xe0;
    const COLOURS: u8 = 0xe2;
    const ADOBE: u8 = 0xee;
    const COMMENT: u8 = 0xfe;
    match marker {
        JFIF => content.starts_with(b"JFIF\0"),
        COLOURS => content.starts_with(b"ICC_PROFILE\0"),
        ADOBE => content.starts_with(b"Adobe"),
        0xe1..=0xef | COMMENT => false,
        _ => true,
    }
}

/// Returns how many bytes of a scan follow, up to the next marker that is none of the scan's own.
fn scan_length(bytes: &[u8]) -> Option<usize> {
    let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff);
    bytes.windows(2).position(is_end)
}

/// Keeps the chunks that say how to draw.
fn stripped_png(bytes: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 8;
    let mut out = bytes.get(..HEAD)?.to_vec();
    let mut at = HEAD;
    loop {
        let head = bytes.get(at..at + 8)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let end = at.checked_add(12)?.checked_add(usize::try_from(length).ok()?)?;
        let chunk = bytes.get(at..end)?;
        if !matches!(&head[4..], b"eXIf" | b"tEXt" | b"zTXt" | b"iTXt" | b"tIME") {
            out.extend_from_slice(chunk);
        }
        if &head[4..] == b"IEND" {
            return Some(out);
        }
        at = end;
    }
}

/// Keeps the chunks that say how to draw, and no longer says that there are others.
fn stripped_webp(bytes: &[u8]) -> Option<Vec<u8>> {
    const HEAD: usize = 12;
    const EXIF_AND_XMP: u8 = 0x0c;
    let said = bytes.get(4..8)?;
    let said = u32::from_le_bytes([said[0], said[1], said[2], said[3]]);
    let whole = bytes.get(..usize::try_from(said).ok()?.checked_add(8)?)?;
    let mut out = whole.get(..HEAD)?.to_vec();
    let mut at = HEAD;
    while at < whole.len() {
        let head = whole.get(at..at + 8)?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let length = usize::try_from(length).ok()?.checked_next_multiple_of(2)?;
        let end = at.checked_add(8)?.checked_add(length)?;
        let chunk = whole.get(at..end)?;
        let first = out.len() + 8;
        if !matches!(&head[..4], b"EXIF" | b"XMP ") {
            out.extend_from_slice(chunk);
        }
        if &head[..4] == b"VP8X" {
            *out.get_mut(first)? &= !EXIF_AND_XMP;
        }
        at = end;
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out.get_mut(4..8)?.copy_from_slice(&length.to_le_bytes());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).expect("short").to_be_bytes();
        [&[0xff, marker], &length[..], content].concat()
    }

    fn jpeg(middle: &[u8]) -> Vec<u8> {
        let scan = [&segment(0xda, &[1, 2])[..], &[9, 0xff, 0, 0xff, 0xd0, 8]].concat();
        [&[0xff, 0xd8][..], &segment(0xe0, b"JFIF\0x"), middle, &scan, &[0xff, 0xd9]].concat()
    }

    #[test]
    fn a_jpeg_loses_where_it_was_taken_and_nothing_of_the_picture() {
        let camera = [
            segment(0xe1, b"Exif\0\0GPS 24.51 117.66"),
            segment(0xe2, b"MPF\0more pictures"),
            segment(0xed, b"Photoshop"),
            segment(0xfe, b"a comment"),
        ];
        let mut taken = jpeg(&camera.concat());
        taken.extend_from_slice(b"\xff\xd8 another picture");
        assert_eq!(Picture::of(&taken), Some(Picture::Jpeg));
        assert_eq!(Picture::Jpeg.stripped(&taken), Some(jpeg(&[])));
        let colours = segment(0xe2, b"ICC_PROFILE\0x");
        assert_eq!(Picture::Jpeg.stripped(&jpeg(&colours)), Some(jpeg(&colours)));
    }

    fn png_chunk(kind: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        [&length[..], kind, content, b"crc!"].concat()
    }

    #[test]
    fn a_png_loses_its_texts() {
        let head = b"\x89PNG\r\n\x1a\n".to_vec();
        let (data, end) = (png_chunk(b"IDAT", b"xyz"), png_chunk(b"IEND", b""));
        let texts = [png_chunk(b"eXIf", b"GPS"), png_chunk(b"tEXt", b"owner")].concat();
        let taken = [&head[..], &texts, &data, &end, b"behind"].concat();
        assert_eq!(Picture::of(&taken), Some(Picture::Png));
        assert_eq!(Picture::Png.stripped(&taken), Some([&head[..], &data, &end].concat()));
    }

    fn webp(chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut all = Vec::new();
        for (kind, content) in chunks {
            let length = u32::try_from(content.len()).expect("short").to_le_bytes();
            all.extend([kind, &length[..], content].concat());
            all.extend(vec![0; content.len() % 2]);
        }
        let length = u32::try_from(all.len() + 4).expect("short").to_le_bytes();
        [b"RIFF", &length[..], b"WEBP", &all].concat()
    }

    #[test]
    fn a_webp_loses_its_exif_and_says_no_longer_that_it_has_some() {
        let taken = webp(&[(b"VP8X", &[0x1c, 0]), (b"VP8 ", b"abc"), (b"EXIF", b"GPS")]);
        assert_eq!(Picture::of(&taken), Some(Picture::Webp));
        let kept = webp(&[(b"VP8X", &[0x10, 0]), (b"VP8 ", b"abc")]);
        assert_eq!(Picture::Webp.stripped(&taken), Some(kept));
    }

    #[test]
    fn a_picture_says_how_many_points_it_has_or_is_none() {
        let head = |width: u32, height: u32| {
            let size = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
            [b"\x89PNG\r\n\x1a\n", &png_chunk(b"IHDR", &size)[..]].concat()
        };
        assert_eq!(Picture::points(&head(640, 480)), Some(307_200));
        assert_eq!(Picture::points(&head(20_000, 20_000)), Some(400_000_000));
        assert_eq!(Picture::points(&head(0, 480)), None);
        assert_eq!(
            Picture::points(&head(u32::MAX, u32::MAX)).map(|it| it > MAX_PHOTO_POINTS),
            Some(true)
        );
        for nothing in [&[0xff, 0xd8, 0xff, 0xd9][..], b"\x89PNG\r\n\x1a\n", b""] {
            assert_eq!(Picture::points(nothing), None);
        }
    }

    #[test]
    fn what_is_cut_off_is_no_picture_and_what_is_something_else_is_none() {
        let whole = jpeg(&segment(0xe1, b"Exif"));
        for length in 0..whole.len() {
            assert_eq!(Picture::Jpeg.stripped(&whole[..length]), None, "{length} bytes");
        }
        for other in [&b""[..], b"GIF89a", b"%PDF-1.7", b"<svg>", b"RIFF1234WAVE"] {
            assert_eq!(Picture::of(other), None);
        }
        for other in [Picture::Png, Picture::Webp] {
            assert_eq!(other.stripped(b"\x89PNG\r\n\x1a\n\0\0"), None);
            assert_eq!(other.stripped(&[0xff; 40]), None);
        }
    }
}
