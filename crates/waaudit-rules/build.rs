//! Rebuilds when a rule file comes or goes: the files are embedded, and only a build script can watch a folder. Debug
//! builds read them when they run, so there an edit rebuilds nothing.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../rules");
        println!("cargo::rerun-if-changed=../../fixtures/samples");
    }
}
