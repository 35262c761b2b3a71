//! What is rendered before it is linted.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args};

use super::values;
use crate::lint::{ChartValues, Input};

/// The options about overlays and charts.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("charts").args(["helm", "rendered"]).multiple(true))]
pub(super) struct Render {
    /// An overlay: what `kubectl kustomize` builds of it is read; may be repeated
    ///
    /// Findings are placed in the file and line that the field was written in. The program is the one
    /// that KUBECTL_PATH names, else kubectl, else kustomize on PATH. Nothing is fetched.
    #[arg(short, long = "kustomize", value_name = "DIR", value_parser = values::local_path, help_heading = "Input")]
    kustomize: Vec<PathBuf>,

    /// A chart: what `helm template` renders of it is read; may be repeated
    ///
    /// Findings are placed in the line of the template, and name the values that are written there. The
    /// chart's tests are left out. Nothing is fetched: run `helm dependency build` first if the chart has
    /// dependencies.
    #[arg(long, value_name = "CHART", value_parser = values::local_path, help_heading = "Input")]
    helm: Vec<PathBuf>,

    /// Render every overlay and chart below PATH, and lint what is deployed
    ///
    /// Each overlay that no other one uses, and each chart, is a whole of its own; what they share is
    /// reported once. The files that they are made of are not linted for themselves; manifests beside them
    /// are.
    #[arg(long, help_heading = "Input")]
    rendered: bool,

    /// A file of values for --helm and --rendered; may be repeated
    #[arg(long, value_name = "FILE", requires = "charts", value_parser = values::local_path, help_heading = "Input")]
    values: Vec<PathBuf>,

    /// A value for --helm and --rendered; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "charts", value_parser = setting, help_heading = "Input")]
    sets: Vec<String>,

    /// How long a program may take to render an overlay or a chart, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds, default_value = "30", help_heading = "Input")]
    render_timeout: f64,
}

impl Render {
    /// The inputs in the order given.
    pub(super) fn inputs(&self) -> impl Iterator<Item = Input> + '_ {
        let overlays =
            self.kustomize.iter().map(|directory| Input::Kustomize { directory: directory.clone() });
        let charts = self.helm.iter().map(|chart| Input::Helm {
            chart: chart.clone(),
            values: self.values.clone(),
            sets: self.sets.clone(),
        });
        overlays.chain(charts)
    }

    /// What charts below the inputs are rendered with, if they are.
    pub(super) fn rendered(&self) -> Option<ChartValues> {
        let values = || ChartValues { files: self.values.clone(), sets: self.sets.clone() };
        self.rendered.then(values)
    }

    /// How long a program may take.
    pub(super) fn timeout(&self) -> Duration {
        Duration::from_secs_f64(self.render_timeout)
    }
}

fn setting(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.is_empty() => Ok(text.to_owned()),
        _ => Err("not a key and a value; write it like `image.tag=1.2.3`".to_owned()),
    }
}
