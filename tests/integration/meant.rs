//! Arguments that mean something elsewhere are refused with how that is written here.

use crate::tool::Tool;

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: 'a:1'}]}\n";

/// What is said of a call that is refused.
fn refused(arguments: &[&str]) -> String {
    let here = Tool::with(&[("shop.yaml", POD), ("a dir/shop.yaml", POD)]);
    let ran = here.run(arguments);
    assert_eq!((ran.code(), ran.out.as_str()), (2, ""), "{arguments:?}");
    ran.err
}

#[test]
fn a_word_that_is_no_command_is_answered_with_the_command() {
    for (arguments, meant) in [
        (&["help", "lint"][..], "lint --help"),
        (&["help"], "--help"),
        (&["help", "me"], "--help"),
        (&["version"], "--version"),
        (&["shop.yaml"], "lint shop.yaml"),
        (&["shop.yaml", "--strict"], "lint shop.yaml --strict"),
        (&["nowhere.yaml"], "lint nowhere.yaml"),
        (&["k8s/"], "lint k8s/"),
        (&["a dir"], "lint 'a dir'"),
        (&["--color", "never", "shop.yaml"], "lint --color never shop.yaml"),
        (&["check", "shop.yaml"], "lint shop.yaml"),
        (&["-f", "shop.yaml"], "lint -f shop.yaml"),
        (&["-f", ".."], "lint -f .."),
        (&["-k", "overlays/prod"], "lint -k overlays/prod"),
        (&["--strict", "shop.yaml"], "lint --strict shop.yaml"),
        (&["lint", "--version"], "--version"),
    ] {
        let said = refused(arguments);
        let tip = format!("tip: did you mean `kubectl lifecycle {meant}`?");
        assert!(said.contains(&tip), "{arguments:?}: {said}");
        assert_eq!(said.matches("tip:").count(), 1, "{said}");
    }
    assert!(refused(&["lnt"]).contains("'lint'"), "a misspelt command is found by its likeness");
}

#[test]
fn flags_that_choose_in_a_cluster_are_answered_with_kubectl() {
    for (arguments, given) in [
        (&["lint", "-n", "prod"][..], "-n prod"),
        (&["lint", "--namespace=prod"], "--namespace=prod"),
        (&["lint", "-A"], "-A"),
        (&["-A", "shop.yaml"], "-A"),
        (&["lint", "-l", "app=web"], "-l app=web"),
        (&["lint", "-n", "a; b"], "-n 'a; b'"),
    ] {
        let said = refused(arguments);
        let pipe =
            format!("`kubectl get deploy,sts,ds,cronjob,svc {given} -o yaml | kubectl lifecycle lint -`");
        assert!(said.contains(&pipe), "{arguments:?}: {said}");
    }
}

#[test]
fn a_context_is_that_of_a_kubeconfig() {
    for arguments in [&["lint", "--context", "prod"][..], &["lint", "--context=prod", "shop.yaml"]] {
        let said = refused(arguments);
        assert!(said.contains("--with PATH"), "{said}");
        assert!(said.contains("--context means a context of the kubeconfig"), "{said}");
        assert!(!said.contains("--config"), "what is alike by its letters is not meant: {said}");
    }
    assert_eq!(Tool::with(&[("shop.yaml", POD)]).run(&["lint", "shop.yaml", "--with", "."]).code(), 0);
}

#[test]
fn flags_of_other_linters_are_answered_with_those_that_are_here() {
    for flag in ["--select", "--ignore", "--disable"] {
        assert!(refused(&["lint", flag, "latest-tag"]).contains("--rule RULE=LEVEL"), "{flag}");
    }
    assert!(refused(&["lint", "--format", "json"]).contains("-o FORMAT"));
}

#[test]
fn a_part_of_the_names_of_rules_is_answered_with_the_rules() {
    for (arguments, meant) in [
        (
            &["explain", "readiness"][..],
            "did you mean `missing-readiness-probe` or `liveness-equals-readiness`?",
        ),
        (&["lint", "--rule", "idempotent=off"], "did you mean `non-idempotent-poststart`?"),
    ] {
        let said = refused(arguments);
        assert!(said.contains(meant), "{said}");
    }
}

#[test]
fn errors_of_the_system_are_words() {
    let here = Tool::with(&[("shop.yaml", POD), ("file", "")]);
    let said = |arguments: &[&str]| {
        let ran = here.run(arguments);
        assert_eq!(ran.code(), 2, "{arguments:?}");
        let said = format!("{}{}", ran.out, ran.err);
        assert!(!said.contains("os error"), "{said}");
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for (arguments, words) in [
        (&["lint", "nowhere.yaml"][..], "cannot be read: not found; check the path"),
        (&["lint", "file/below.yaml"], "a part of its path is a file, and no directory; check the path"),
        (&["lint", "-k", "nowhere"], "not found"),
        (&["lint", "--config", "nowhere.yaml"], "not found"),
        (&["lint", "--config", "."], "it is a directory; name a file in it"),
        (&["lint", "shop.yaml", "--baseline", "nowhere"], "the baseline cannot be read: not found"),
        (&["lint", "shop.yaml", "--baseline", "."], "the baseline cannot be read: it is a directory"),
        (&["lint", "shop.yaml", "--write-baseline", "no/where"], "not found; create its directory first"),
        (&["lint", "shop.yaml", "-o", "json=no/where"], "could not be written: not found"),
        (&["man", "file/below"], "a part of its path is a file"),
    ] {
        let said = said(arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
