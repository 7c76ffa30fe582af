//! Rust source as text: without comments, strings and tests, and the paths in it.

/// Code without comments and strings; those keep their quotes.
pub(crate) fn bare(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let skipped = comment(rest).or_else(|| literal(rest));
        if let Some(length) = skipped {
            bare.push_str(if rest.starts_with('/') { "\n" } else { "\"\"" });
            rest = &rest[length..];
        } else {
            bare.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    bare
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    rest.starts_with("/*").then(|| rest.find("*/").map_or(rest.len(), |end| end + 2))
}

/// The length of the string or character that code begins with.
fn literal(rest: &str) -> Option<usize> {
    if let Some(raw) = rest.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inner = raw[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(inner.find(&end).map_or(rest.len(), |at| rest.len() - inner.len() + at + end.len()));
    }
    if let Some(quoted) = rest.strip_prefix('\'') {
        // A lifetime has no quote after its first letter.
        let mut letters = quoted.char_indices();
        let (_, first) = letters.next()?;
        let closing = if first == '\\' { quoted[2..].find('\'')? + 2 } else { letters.next()?.0 };
        return quoted[closing..].starts_with('\'').then_some(closing + 2);
    }
    let inner = rest.strip_prefix('"')?;
    let mut escaped = false;
    let end = inner.char_indices().find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    Some(end.map_or(rest.len(), |(at, _)| at + 2))
}

/// Bare code without the items that only tests have, and the names of the modules among those.
pub(crate) fn without_tests(bare: &str) -> (String, Vec<String>) {
    let (mut kept, mut modules, mut rest) = (String::new(), Vec::new(), bare);
    while let Some(at) = rest.find("#[cfg(test)]") {
        kept.push_str(&rest[..at]);
        let item = &rest[at + "#[cfg(test)]".len()..];
        let end = item_end(item);
        let words = item[..end].split(|letter: char| !is_name(letter)).filter(|word| !word.is_empty());
        modules.extend(words.skip_while(|word| *word != "mod").nth(1).map(str::to_owned));
        rest = &item[end..];
    }
    kept.push_str(rest);
    (kept, modules)
}

/// Where the item ends that code begins with: at a semicolon, or with its braces.
fn item_end(item: &str) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in item.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    item.len()
}

/// A path in code, and the name under which a use declaration brings it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) path: Vec<String>,
    /// None for a path in code.
    pub(crate) name: Option<String>,
}

/// All paths in bare code that begin at the crate, at the module or at one above.
pub(crate) fn paths(code: &str) -> Vec<Named> {
    let (mut found, mut rest) = (Vec::new(), code);
    while let Some(at) = ["crate::", "super::", "self::"].iter().filter_map(|start| rest.find(start)).min() {
        let is_start = !rest[..at].ends_with(|letter: char| is_name(letter) || letter == ':' || letter == '$');
        let in_use = rest[..at].trim_end().ends_with("use");
        let tree = &rest[at..];
        let end = if in_use { tree.find(';').unwrap_or(tree.len()) } else { path_end(tree) };
        if is_start {
            found.extend(leaves(&tree[..end], &[], in_use));
        }
        rest = &tree[end.max(1)..];
    }
    found
}

fn path_end(tree: &str) -> usize {
    let end = tree.find(|letter: char| !is_name(letter) && letter != ':').unwrap_or(tree.len());
    tree[..end].trim_end_matches(':').len()
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The paths of a use tree.
fn leaves(tree: &str, before: &[String], in_use: bool) -> Vec<Named> {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once('{') {
        let before: Vec<String> = before.iter().cloned().chain(words(head)).collect();
        let group = group.trim_end().strip_suffix('}').unwrap_or(group);
        return branches(group).into_iter().flat_map(|branch| leaves(branch, &before, in_use)).collect();
    }
    let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
    let mut path: Vec<String> = before.iter().cloned().chain(words(path)).collect();
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = alias.map(|alias| alias.trim().to_owned()).or_else(|| path.last().cloned()).filter(|_| in_use);
    if path.is_empty() { Vec::new() } else { vec![Named { path, name }] }
}

fn words(path: &str) -> impl Iterator<Item = String> {
    path.split("::").map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned)
}

/// The branches of a group, which may hold groups.
fn branches(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut branches) = (0_usize, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                branches.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    branches.push(&group[start..]);
    branches.retain(|branch| !branch.trim().is_empty());
    branches
}
