//! The figures as a table for people and as JSON for programs.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::figure::Figure;
use crate::machine::Machine;
use crate::measurement::Measurement;

/// Everything that was measured.
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) sections: Vec<Section>,
}

/// What one measurement gave.
pub(crate) struct Section {
    pub(crate) measurement: &'static Measurement,
    pub(crate) figures: Vec<Figure>,
}

impl Report {
    pub(crate) fn missed(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.figures).any(Figure::missed)
    }

    pub(crate) fn write_json(&self, path: &Path) -> Result<(), Failure> {
        let text = format!("{:#}\n", self.json());
        std::fs::write(path, text).map_err(|e| Failure::file(path, &e))
    }

    fn json(&self) -> Value {
        let machine = &self.machine;
        json!({
            "date": machine.date,
            "machine": {
                "cores": machine.cores,
                "processor": machine.processor,
                "kernel": machine.kernel,
                "load": machine.load,
                "busy": machine.is_busy(),
            },
            "missed": self.missed(),
            "measurements": self.sections.iter().map(Section::json).collect::<Vec<_>>(),
        })
    }
}

impl Section {
    pub(crate) fn print(&self) {
        println!("\n{}: {}", self.measurement.name, self.measurement.what);
        for figure in &self.figures {
            println!("{}", line(figure));
        }
    }

    fn json(&self) -> Value {
        let figures: Vec<_> = self.figures.iter().map(figure_json).collect();
        json!({ "name": self.measurement.name, "what": self.measurement.what, "figures": figures })
    }
}

fn line(figure: &Figure) -> String {
    let digits = figure.unit.digits();
    let number = |value: f64| format!("{value:.digits$}");
    let spread = figure.spread.map(|(least, most)| format!("{} … {}", number(least), number(most)));
    let verdict = figure
        .target
        .map(|target| format!("target {target}: {}", if figure.missed() { "MISSED" } else { "met" }));
    let text = format!(
        "  {:<52} {:>9} {:<5}  {:<19}  {}",
        figure.name,
        number(figure.value),
        figure.unit.name(),
        spread.unwrap_or_default(),
        verdict.unwrap_or_default()
    );
    text.trim_end().to_owned()
}

fn figure_json(figure: &Figure) -> Value {
    let mut object = Map::new();
    let mut set = |name: &str, value: Value| object.insert(name.into(), value);
    set("figure", json!(figure.name));
    set("unit", json!(figure.unit.name()));
    set("value", json!(figure.value));
    if let Some((least, most)) = figure.spread {
        set("least", json!(least));
        set("most", json!(most));
    }
    if let Some(target) = figure.target {
        set("target", json!(target.to_string()));
        set("missed", json!(figure.missed()));
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Target, Unit};

    #[test]
    fn a_line_says_value_spread_and_verdict() {
        let figure = Figure::median("share", Unit::Ratio, &[0.3, 0.5, 0.4]).target(Target::AtLeast(0.45));
        let line = line(&figure);
        for part in ["share", "0.40 ×", "0.30 … 0.50", "target ≥ 0.45: MISSED"] {
            assert!(line.contains(part), "{line}");
        }
    }

    #[test]
    fn json_has_what_the_line_has() {
        let figure = Figure::single("size", Unit::Megabytes, 6.4).target(Target::AtMost(25.0));
        let expected = json!({
            "figure": "size", "unit": "MB", "value": 6.4, "target": "≤ 25", "missed": false
        });
        assert_eq!(figure_json(&figure), expected);
    }
}
