//! Every decision page is in the index, so that nobody settles a question twice.

use super::Finding;
use super::files::File;

const FOLDER: &str = "docs/decisions/";
const INDEX: &str = "docs/decisions/README.md";

/// Pages that the index does not name.
pub(super) fn judge(files: &[File]) -> Vec<Finding> {
    let index = files.iter().find(|file| file.path == INDEX).map_or("", |file| file.text.as_str());
    let pages = files.iter().filter(|file| file.path.starts_with(FOLDER) && file.path != INDEX);
    pages
        .filter(|page| !index.contains(&format!("({})", page.name())))
        .map(|page| Finding::new(page, 1, format!("the index {INDEX} does not link to this page")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{File, INDEX, judge};

    #[test]
    fn a_page_outside_the_index_fails() {
        let files = [
            File::sample(INDEX, "| 1 | [a](0001-a.md) |\n"),
            File::sample("docs/decisions/0001-a.md", "# a\n"),
            File::sample("docs/decisions/0002-b.md", "# b\n"),
        ];
        let findings = judge(&files);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].path, "docs/decisions/0002-b.md");
        assert_eq!(judge(&files[1..]).len(), 2, "no index at all");
    }
}
