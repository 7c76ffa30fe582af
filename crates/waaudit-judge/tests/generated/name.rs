//! Strings that identify something, and what they are in each copy.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// Between the words of ids, ARNs and DNS names.
const DELIMITERS: &[char] = &['/', ':', '.', ',', ' ', '*'];

/// Which words are renamed. Numbers in the form of AWS's ids are, too.
pub(super) struct Words {
    /// Those that identify something in a copy.
    pub(super) own: BTreeSet<String>,
    /// Those that mean the same in all copies.
    pub(super) common: BTreeSet<String>,
}

/// A string with the places that differ from copy to copy.
pub(super) struct Name(Vec<Part>);

enum Part {
    Fixed(String),
    /// A name, which gets the number of its copy behind it.
    Word(String),
    /// An id of AWS: what is before its number, and the number in hexadecimal digits but for its first four.
    Id(String, String),
    /// An IPv4 address or range, with its length.
    Address(Ipv4Addr, Option<u8>),
    /// The end of an IPv6 address.
    Address6(String),
}

/// The words of a string.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(DELIMITERS).filter(|word| !word.is_empty())
}

impl Name {
    pub(super) fn new(text: &str, words: &Words) -> Self {
        if let Some(address) = address(text) {
            return Self(vec![address]);
        }
        let pieces = text.split_inclusive(DELIMITERS).flat_map(|piece| {
            let word = piece.trim_end_matches(DELIMITERS);
            [part(word, words), Part::Fixed(piece[word.len()..].to_owned())]
        });
        let mut parts: Vec<Part> = Vec::new();
        for piece in pieces {
            match (parts.last_mut(), piece) {
                (Some(Part::Fixed(before)), Part::Fixed(more)) => before.push_str(&more),
                (_, piece) => parts.push(piece),
            }
        }
        Self(parts)
    }

    /// Whether it is the same in all copies.
    pub(super) fn is_fixed(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Fixed(_)))
    }

    /// What it is in a copy. The first copy has the names of the demo.
    pub(super) fn of_copy(&self, copy: usize) -> String {
        self.0.iter().map(|part| part.of_copy(copy)).collect()
    }
}

fn part(word: &str, words: &Words) -> Part {
    let is_common = words.common.contains(word);
    match id(word) {
        Some(id) if !is_common => id,
        None if !is_common && words.own.contains(word) => Part::Word(word.to_owned()),
        _ => Part::Fixed(word.to_owned()),
    }
}

/// `vpc-0559e7ec142e6ad00`, a UUID or another long number. Prefix lists are AWS's own.
fn id(word: &str) -> Option<Part> {
    let is_hex = |text: &str| text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    let is_uuid = word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    let (before, number) = match word.split_once('-') {
        Some((prefix, number)) if !is_uuid && prefix != "pl" => (&word[..=prefix.len()], number),
        _ => ("", word),
    };
    let long = if before.is_empty() { 16 } else { 8 };
    let is_id = number.len() >= long && is_hex(&number.replace('-', "")) && (is_uuid || !number.contains('-'));
    is_id.then(|| Part::Id(before.to_owned(), number.to_owned()))
}

fn address(text: &str) -> Option<Part> {
    if let Some(end) = text.strip_prefix("2001:db8:") {
        return Some(Part::Address6(end.to_owned()));
    }
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse().ok()?)),
        None => (text, None),
    };
    let address: Ipv4Addr = address.parse().ok()?;
    let is_own = address.octets()[0] == 10 || address.octets()[..3] == [203, 0, 113];
    is_own.then_some(Part::Address(address, length))
}

impl Part {
    fn of_copy(&self, copy: usize) -> String {
        match self {
            Self::Fixed(text) => text.clone(),
            Self::Word(name) if copy == 0 => name.clone(),
            Self::Word(name) => format!("{name}-{copy}"),
            Self::Id(before, number) if copy == 0 => format!("{before}{number}"),
            Self::Id(before, number) => format!("{before}{copy:04x}{}", &number[4..]),
            Self::Address(address, length) => {
                let (address, length) = if copy == 0 { (*address, *length) } else { moved(*address, *length, copy) };
                length.map_or(address.to_string(), |length| format!("{address}/{length}"))
            }
            Self::Address6(end) if copy == 0 => format!("2001:db8:{end}"),
            Self::Address6(end) => format!("2001:db9:{copy:x}:{end}"),
        }
    }
}

/// Each copy has a range of its own: a quarter of a `/16` of `10.0.0.0/8` and then of `172.16.0.0/12`, and 256 public
/// addresses.
fn moved(address: Ipv4Addr, length: Option<u8>, copy: usize) -> (Ipv4Addr, Option<u8>) {
    let [first, _, third, fourth] = address.octets();
    let octet = |number: usize| u8::try_from(number % 256).unwrap_or_default();
    if first != 10 {
        return (Ipv4Addr::new(octet(193 + copy / 65_536), octet(copy / 256), octet(copy), fourth), length);
    }
    let (block, quarter) = (copy / 4, octet(copy % 4) * 64);
    let (first, second) = if block < 256 { (10, octet(block)) } else { (172, 16 + octet(block) % 16) };
    let third = if third < 64 { third + quarter } else { third };
    let length = length.map(|length| if length == 16 { 18 } else { length });
    (Ipv4Addr::new(first, second, third, fourth), length)
}
