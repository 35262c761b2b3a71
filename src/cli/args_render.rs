//! What is rendered before it is linted.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values;
use crate::lint::Input;

/// The options about overlays and charts.
#[derive(Debug, Args)]
pub(super) struct Render {
    /// An overlay: what `kubectl kustomize` builds of it is read; may be repeated
    ///
    /// Findings are placed in the file and line that the field was written in. The program is the one
    /// that KUBECTL_PATH names, else kubectl, else kustomize on PATH. Nothing is fetched.
    #[arg(short, long = "kustomize", value_name = "DIR", value_parser = values::local_path, help_heading = "Input")]
    kustomize: Vec<PathBuf>,

    /// A chart: what `helm template` renders of it is read; may be repeated
    ///
    /// Findings name the template and show the rendered lines. The chart's tests are left out. Nothing
    /// is fetched: run `helm dependency build` first if the chart has dependencies.
    #[arg(long, value_name = "CHART", value_parser = values::local_path, help_heading = "Input")]
    helm: Vec<PathBuf>,

    /// A file of values for --helm; may be repeated
    #[arg(long, value_name = "FILE", requires = "helm", value_parser = values::local_path, help_heading = "Input")]
    values: Vec<PathBuf>,

    /// A value for --helm; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "helm", value_parser = setting, help_heading = "Input")]
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
