//! How a picture looks by itself. The page's style is taken, with every color written out: programs that draw SVG, other than
//! browsers, know neither variables nor two schemes.

/// Of the page, where the variables are.
const THEME: &str = include_str!("../html/theme.css");
const PICTURE: &str = include_str!("picture.css");

/// The style of a picture on white.
pub(super) fn on_white() -> String {
    let variables =
        THEME.lines().filter_map(|line| line.trim().strip_prefix("--")?.trim_end_matches(';').split_once(": "));
    variables.fold(light(PICTURE), |style, (name, value)| style.replace(&format!("var(--{name})"), &light(value)))
}

/// The first of two colors, wherever there are two.
fn light(style: &str) -> String {
    let mut parts = style.split("light-dark(");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (colors, rest) = part.split_once(')').unwrap_or((part, ""));
        plain.push_str(colors.split_once(',').map_or(colors, |(light, _)| light));
        plain.push_str(rest);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{light, on_white};

    #[test]
    fn of_two_colors_the_light_one_stays() {
        assert_eq!(
            light("a { fill: light-dark(#fff, #000); stroke: light-dark(#eee, #111); }"),
            "a { fill: #fff; stroke: #eee; }"
        );
        assert_eq!(light("a { fill: #fff; }"), "a { fill: #fff; }");
    }

    #[test]
    fn a_style_of_its_own_names_nothing_of_the_page() {
        let style = on_white();
        assert!(style.contains(".picture .node.bad { fill: #fbedec; stroke: #a8231b; }"), "{style}");
        assert!(!style.contains("var(") && !style.contains("light-dark("), "{style}");
        assert!(!style.contains(['<', '&']), "is text in XML");
    }
}
