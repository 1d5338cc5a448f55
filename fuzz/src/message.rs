//! An HTTP message cut out of bytes: a start line, header lines, an empty line, and the body.

/// The parts of a message, none of them checked.
pub struct Message<'a> {
    /// The first line.
    pub start: &'a str,
    /// Names and values of the header lines.
    pub headers: Vec<(&'a str, &'a [u8])>,
    /// What follows the first empty line.
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    /// Cuts at line ends and first colons; `None` where the start line or a name is no text, which the
    /// decoders' signatures rule out.
    #[must_use]
    pub fn split(bytes: &'a [u8]) -> Option<Self> {
        let (start, mut rest) = line(bytes);
        let mut headers = Vec::new();
        while !rest.is_empty() {
            let (header, after) = line(rest);
            rest = after;
            if header.is_empty() {
                break;
            }
            let colon = header.iter().position(|byte| *byte == b':').unwrap_or(header.len());
            let (name, value) = header.split_at_checked(colon)?;
            headers.push((str::from_utf8(name).ok()?, value.get(1..).unwrap_or_default()));
        }
        Some(Self { start: str::from_utf8(start).ok()?, headers, body: rest })
    }
}

/// The first line without its end, and the rest.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    (line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..).unwrap_or_default())
}
