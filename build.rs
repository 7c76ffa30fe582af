//! Rebuilds when a rule file comes or goes: the files are embedded, and only a build script can watch a folder.

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=fixtures/samples");
}
