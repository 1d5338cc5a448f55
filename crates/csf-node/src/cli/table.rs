//! Aligned columns.

use std::fmt;

/// A longer cell does not widen its column: one long value must not push all others off the screen.
const MAX_COLUMN: usize = 60;

/// Rows of cells; every column as wide as its widest cell, up to [`MAX_COLUMN`].
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without headings.
    pub(crate) const fn new() -> Self {
        Self { rows: Vec::new() }
    }

    /// A table whose first row are headings.
    pub(crate) fn headed(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|heading| (*heading).to_owned()).collect()] }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.cells(cells.into());
    }

    /// Adds a row of as many cells as there are.
    pub(crate) fn cells(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            for (n, cell) in row.iter().enumerate() {
                let width = Some(cell.chars().count()).filter(|width| *width <= MAX_COLUMN).unwrap_or(0);
                match widths.get_mut(n) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                line.push_str(&format!("{cell:<width$}  "));
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_in_characters() {
        let mut table = Table::headed(&["NAME", "N", "WHAT"]);
        table.row(["zähler".into(), "7".into(), "a longer text".into()]);
        table.row(["b".into(), "1000".into(), String::new()]);
        assert_eq!(table.to_string(), "NAME    N     WHAT\nzähler  7     a longer text\nb       1000\n");
        assert_eq!(Table::new().to_string(), "");
    }

    #[test]
    fn one_long_cell_leaves_its_column_narrow() {
        let long = "x".repeat(MAX_COLUMN + 1);
        let mut table = Table::new();
        table.row([long.clone(), "a".into()]);
        table.row(["short".into(), "b".into()]);
        assert_eq!(table.to_string(), format!("{long}  a\nshort  b\n"));
    }
}
