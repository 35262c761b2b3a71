//! What a rule looks at, and how it says what it found.

use crate::edit::Operation;
use crate::finding::words::listed;
use crate::finding::{Chart, Related, SourceId};
use crate::kubernetes::images;
use crate::manifest::place::{self, Located};
use crate::manifest::{Container, Object, Workload};
use crate::rules::settings::Settings;
use crate::set::services::Reach;
use crate::set::{self, Serving, Set};
use crate::text::spelling;
use crate::timeline::{self, Given, Grace, Hook, HookKind, Owner, Stop, Stopped, Story, Timeline};
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Problem, ProblemKind, Refused};

/// One object with everything that was computed about it before any rule ran.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    /// The file it was read from.
    pub source: SourceId,
    /// The object.
    pub object: &'a Object,
    /// What decoding it into its type brought up.
    pub problems: &'a [Problem],
    /// What kubectl refuses in its text, in the order of the text.
    pub refused: &'a [Refused],
    /// Its pod template, if it carries one.
    pub workload: Option<&'a Workload>,
    /// What its Pods get to stop; `None` where the manifest leaves it open, or nothing takes any of it.
    pub grace: Option<Grace>,
    /// The workload's containers with what is known about each.
    pub containers: Vec<ContainerView<'a>>,
    /// The set it was linted in.
    pub set: &'a Set,
    /// The settings its file is judged by.
    pub settings: &'a Settings,
    /// Only some files of the project were read, so what is missing here may stand elsewhere.
    pub is_partial: bool,
    /// Every Service that could reach the object was read, and there are some: it was rendered whole, or a
    /// cluster answered with it.
    pub knows_services: bool,
    /// Findings carry their fixes.
    pub fixes: bool,
}

/// A container and what was computed about it.
#[derive(Debug)]
pub(crate) struct ContainerView<'a> {
    /// The container.
    pub container: &'a Container,
    /// How sure we are that it gets traffic.
    pub serving: Serving,
    /// The Services that send it traffic.
    pub reaches: Vec<Reach<'a>>,
    /// How its preStop hook fares, if it has one.
    pub pre_stop: Option<Hook<'a>>,
    /// How it stops when its Pod is deleted; `None` for one that does not run then, or gets its stop signal
    /// at once.
    pub stop: Option<Stop>,
}

impl Subject<'_> {
    /// A file that was not read may change the object; what a cluster answered is as it runs.
    fn may_be_patched(&self) -> bool {
        self.is_partial && !self.object.is_live()
    }

    /// A Service that was not read could reach the container.
    pub(crate) fn may_be_reached(&self, view: &ContainerView<'_>) -> bool {
        self.is_partial && self.workload.is_some_and(|workload| set::can_serve(workload, view.container))
    }

    /// For how many seconds after the stop signal a container surely still accepts requests.
    pub(crate) fn lingers(&self, workload: &Workload, container: &Container) -> f64 {
        self.set.lingers(workload, container, &self.settings.knowledge.images)
    }

    /// No Service reaches the container, though all are known: what it declares is no traffic that is lost.
    pub(crate) fn is_unreached(&self, view: &ContainerView<'_>) -> bool {
        self.knows_services && view.serving < Serving::Certain
    }

    /// The container is only asked for its metrics.
    pub(crate) fn is_scraped(&self, view: &ContainerView<'_>) -> bool {
        self.set.is_scrape_only(view.container, &self.traffic())
    }

    /// All that runs in its Pods only waits, or surely ends by itself: nothing is lost when they are gone. False
    /// where nothing runs.
    pub(crate) fn is_idle(&self) -> bool {
        let Some(workload) = self.workload else { return false };
        let (set, source, knowledge) = (self.set, self.source, &self.settings.knowledge);
        let loses_nothing = |view: &ContainerView<'_>| {
            let container = view.container;
            let is_pause = container.spec.command.is_none()
                && container.spec.image.as_deref().is_some_and(images::is_pause);
            is_pause
                || timeline::only_waits(set, source, workload, container, knowledge)
                || timeline::ends_by_itself(set, source, workload, container, knowledge)
        };
        let mut running =
            self.containers.iter().filter(|view| view.container.kind.is_long_running()).peekable();
        running.peek().is_some() && running.all(loses_nothing)
    }

    /// A picture of how a container stops; `None` without a workload.
    pub(crate) fn stopped(
        &self,
        view: &ContainerView<'_>,
        draw: impl FnOnce(&Stopped<'_>) -> Chart,
    ) -> Option<Chart> {
        let stopped = Stopped {
            source: self.source,
            workload: self.workload?,
            container: view.container,
            hook: view.pre_stop.as_ref(),
            stop: view.stop.as_ref(),
            conditions: &self.settings.conditions(Given::NOTHING),
        };
        Some(draw(&stopped))
    }

    /// A picture of a story of its Pods; `None` without a workload, or where there is nothing to draw.
    pub(crate) fn story(&self, story: Story) -> Option<Chart> {
        let conditions = self.settings.conditions(Given::NOTHING);
        Timeline::of(self.set, self.source, self.workload?, &[], &conditions)?.chart(story)
    }

    /// The postStart hook of a container, if it has one.
    pub(crate) fn post_start<'s>(&'s self, view: &ContainerView<'s>) -> Option<Hook<'s>> {
        let (set, source, container) = (self.set, self.source, view.container);
        let owner = Owner { set, source, workload: self.workload?, container };
        Hook::of(owner, HookKind::PostStart, &self.settings.conditions(Given::NOTHING))
    }

    /// Every Service that sends the workload traffic, by container.
    pub(crate) fn traffic(&self) -> Vec<Reach<'_>> {
        self.containers.iter().flat_map(|view| view.reaches.iter().cloned()).collect()
    }

    /// A field beside a missing one that is called nearly so: it may have been meant.
    pub(crate) fn misspelt(&self, missing: &FieldPath) -> Option<&str> {
        let (parent, Some(Step::Key(meant))) = (missing.parent()?, missing.steps().last()) else {
            return None;
        };
        self.problems.iter().find_map(|problem| match &problem.kind {
            ProblemKind::UnknownField { name, .. }
                if problem.path.parent().as_ref() == Some(&parent)
                    && (name.eq_ignore_ascii_case(meant) || spelling::is_of(name, meant)) =>
            {
                Some(name.as_str())
            }
            _ => None,
        })
    }

    /// To follow on what is missing: it may stand in a file that was not read.
    pub(crate) fn here(&self) -> &'static str {
        if self.may_be_patched() { " in the files read" } else { "" }
    }

    /// A last sentence of a reason: what a file that was not read may change. Empty where all was.
    pub(crate) fn unread(&self, change: &str) -> String {
        match self.may_be_patched() {
            true => format!(" Only the named files were read: {change}; `--with DIR` reads the rest."),
            false => String::new(),
        }
    }

    /// The place of a field: its value, or its key where the value is null, or the recognisable
    /// parent where the field is missing.
    pub(crate) fn place(&self, path: &FieldPath) -> Located {
        place::place(self.source, self.object, path)
    }

    /// The place of a field's key.
    pub(crate) fn key_place(&self, path: &FieldPath) -> Located {
        let mut located = self.place(path);
        let found = self.object.tree.locate(self.object.root(), path);
        if let (true, Some(key)) = (found.exact, found.key_span) {
            located.place.span = key;
        }
        located
    }

    /// The container has no preStop hook.
    pub(crate) fn without_pre_stop(&self, container: &Container) -> Operation {
        self.without_hook(container.pre_stop_path())
    }

    /// The field of a `lifecycle` is gone, and that with it where it says nothing else.
    pub(crate) fn without_hook(&self, path: FieldPath) -> Operation {
        let lifecycle = path
            .parent()
            .filter(|parent| self.object.at(parent).is_some_and(|node| node.entries().count() == 1));
        Operation::Remove { path: lifecycle.unwrap_or(path) }
    }

    /// The place of a container's name, else of the first field it has.
    pub(crate) fn container_place(&self, container: &Container) -> Located {
        let name = container.path.key("name");
        if self.object.at(&name).is_some() {
            return self.place(&name);
        }
        let mut located = self.place(&container.path);
        let first = self.object.at(&container.path).and_then(|node| node.entries().next());
        if let Some((key, _)) = first {
            located.place.span = key.span();
        }
        located
    }
}

/// The first Service that reaches the container as a related place.
pub(crate) fn reached_by(reaches: &[Reach<'_>]) -> Vec<Related> {
    reaches
        .iter()
        .map(|reach| {
            let service = reach.service;
            let sends = if reach.through.is_empty() { "may send" } else { "sends" };
            let message = format!("Service `{}` {sends} traffic here", service.item.object.id.name);
            place::related(service.source, &service.item.object, &reach.port, message)
        })
        .collect()
}

/// The verb that goes with what [`services`] says.
pub(crate) fn have(services: &str) -> &'static str {
    if services.starts_with("Services ") { "have" } else { "has" }
}

/// `Service `a`` or `Services `a` and `b``; `None` when no Service reaches the container.
pub(crate) fn services<'r>(reaches: impl Iterator<Item = &'r Reach<'r>>) -> Option<String> {
    let mut names: Vec<String> =
        reaches.map(|reach| format!("`{}`", reach.service.item.object.id.name)).collect();
    names.sort();
    names.dedup();
    let noun = if names.len() == 1 { "Service" } else { "Services" };
    Some(format!("{noun} {}", listed(names.into_iter())?))
}
