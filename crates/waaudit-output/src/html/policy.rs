//! The style and the script of every page, and the policy that allows these two and nothing else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The style, written by hand.
pub(super) const STYLE: &str =
    concat!(include_str!("theme.css"), include_str!("../picture/picture.css"), include_str!("report.css"));
/// The script, built from `web/` and committed, so that building this crate needs no Node.js.
pub(super) const SCRIPT: &str = include_str!("report.js");

/// The Content-Security-Policy: the page's own style and script by their hashes; no address, no frame, no form, no plugin.
pub(super) fn policy() -> String {
    let directives = [
        "default-src 'none'".to_owned(),
        format!("script-src '{}'", hash(SCRIPT)),
        format!("style-src '{}'", hash(STYLE)),
        "base-uri 'none'".to_owned(),
        "form-action 'none'".to_owned(),
        // Text of the script becomes no markup, whatever it holds.
        "require-trusted-types-for 'script'".to_owned(),
        "trusted-types 'none'".to_owned(),
    ];
    directives.join("; ")
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT, STYLE, hash};

    #[test]
    fn a_hash_is_that_of_the_specification() {
        assert_eq!(hash("alert('Hello, world.');"), "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
    }

    /// Either would end its element early, or be another text in the browser than the one that was hashed.
    #[test]
    fn style_and_script_are_what_a_browser_reads() {
        for text in [STYLE, SCRIPT] {
            let lower = text.to_ascii_lowercase();
            assert!(!lower.contains("</style") && !lower.contains("</script") && !lower.contains("<!--"));
            assert!(!text.contains('\r') && !text.contains('\0'));
        }
    }

    #[test]
    fn nothing_is_loaded_by_style_or_script() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
        for call in ["fetch(", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "eval(", "new Function"] {
            assert!(!SCRIPT.contains(call), "{call}");
        }
    }
}
