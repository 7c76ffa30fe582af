//! Request paths by zone as a picture, for pages, wikis and slides.

use super::Format;
use crate::picture;

pub(super) const FORMAT: Format = Format {
    name: "svg",
    about: "For wikis and slides: a picture of the request paths by zone",
    write: |report, _, to| to.write_all(picture::document(report)?.as_bytes()),
};
