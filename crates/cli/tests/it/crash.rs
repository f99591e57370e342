//! Whatever happens while a list is imported: the last good generation opens, is whole and answers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

const UN: &str = "un_sc_sanctions";

/// A data directory with two versions of a list to import into it.
struct Scene {
    folder: TempDir,
}

impl Scene {
    /// With the first version in use.
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap() };
        for (version, count) in [(1, 40), (2, 4_000)] {
            fs::write(scene.list(version), un_list(version, count)).unwrap();
        }
        let first = scene.import(1).output().unwrap();
        assert!(first.status.success(), "{first:?}");
        scene
    }

    fn list(&self, version: usize) -> PathBuf {
        self.folder.path().join(format!("version-{version}.xml"))
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
        command.args(arguments).env("INTERDICT_DATA_DIR", self.data_dir());
        command.env_remove("INTERDICT_CONFIG").stdin(Stdio::null());
        command
    }

    fn import(&self, version: usize) -> Command {
        let mut command = self.command(&["lists", "import", UN]);
        // Each person has one name only, fewer than those of any version of the list.
        command.arg(self.list(version)).arg("--accept-loss");
        command
    }

    fn status(&self) -> Value {
        let output =
            self.command(&["lists", "status", "--verify", "--format", "json"]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)))
    }

    /// The generation in use; it must be whole, and answer by the version that it is made of.
    #[track_caller]
    fn whole_generation(&self) -> u64 {
        let status = self.status();
        let lists = status["lists"].as_array().unwrap();
        let list = lists.iter().find(|list| list["dataset"] == UN).unwrap();
        let second = list["version"] == "2026-01-02";
        assert_eq!(list["targets"], if second { 4_000 } else { 40 });
        assert!(self.finds(&name(1)), "both versions have this name");
        assert_eq!(self.finds(&name(2_999)), second);
        status["generation"].as_u64().unwrap()
    }

    fn finds(&self, name: &str) -> bool {
        let output = self
            .command(&["screen", name, "-d", UN, "--threshold", "0.93", "--format", "json"])
            .output()
            .unwrap();
        let answer: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
        answer["matches"].as_u64().unwrap() > 0
    }

    fn segment(&self) -> PathBuf {
        let current = fs::read_to_string(self.data_dir().join("CURRENT")).unwrap();
        let manifest = self
            .data_dir()
            .join(format!("generations/{}.json", current.split_whitespace().next().unwrap()));
        let manifest: Value = serde_json::from_slice(&fs::read(manifest).unwrap()).unwrap();
        let segments = manifest["segments"].as_array().unwrap();
        let segment = segments.iter().find(|segment| segment["dataset"] == UN).unwrap();
        self.data_dir().join("segments").join(segment["file"].as_str().unwrap())
    }
}

fn told(output: &Output) -> String {
    format!("{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr))
}

/// An invented family name that is no other number's.
fn family(number: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "bra", "cho", "dle", "fyn", "gos", "hul", "jek", "kri", "lam", "mov", "nud", "pes", "qui",
        "rax", "sto", "tug", "vel", "wim", "zac", "ydo",
    ];
    let digit = |place: usize| SYLLABLES[number / 20_usize.pow(place as u32) % 20];
    format!("{}{}{}witz", digit(0), digit(1), digit(2))
}

fn name(number: usize) -> String {
    format!("Marvello {}", family(number))
}

/// Invented people.
fn un_list(version: usize, count: usize) -> String {
    let records: String = (0..count)
        .map(|number| {
            format!(
                "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>Marvello</FIRST_NAME>\
                 <SECOND_NAME>{}</SECOND_NAME><UN_LIST_TYPE>Test</UN_LIST_TYPE>\
                 <REFERENCE_NUMBER>TSi.{number}</REFERENCE_NUMBER></INDIVIDUAL>\n",
                family(number)
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?>\n<CONSOLIDATED_LIST dateGenerated=\"2026-01-0{version}T00:00:00Z\">\n\
         <INDIVIDUALS>\n{records}</INDIVIDUALS>\n<ENTITIES>\n</ENTITIES>\n</CONSOLIDATED_LIST>\n"
    )
}

fn kill(mut child: Child) -> bool {
    let finished = child.try_wait().unwrap().is_some();
    let _ = child.kill();
    child.wait().unwrap();
    !finished
}

#[test]
fn an_import_killed_at_any_moment_leaves_a_whole_generation_in_use() {
    // How long an undisturbed import takes here.
    let trial = Scene::new();
    let start = Instant::now();
    assert!(trial.import(2).output().unwrap().status.success());
    let length = start.elapsed();

    const KILLS: u32 = 24;
    let scene = Scene::new();
    let mut killed = 0;
    for step in 0..KILLS {
        let child = scene.import(2).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(length * step / KILLS);
        killed += u32::from(kill(child));
        scene.whole_generation();
    }
    assert!(killed > KILLS / 4, "only {killed} imports were still running when they were killed");
    // What was left behind does not hinder the next one, and is tidied away by it.
    let last = scene.import(2).output().unwrap();
    assert!(last.status.success(), "{}", told(&last));
    scene.whole_generation();
    assert_eq!(scene.status()["lists"].as_array().unwrap().len(), 2);
    for folder in ["segments", "generations", ""] {
        let left = fs::read_dir(scene.data_dir().join(folder)).unwrap().flatten();
        let left: Vec<_> =
            left.filter(|e| e.file_name().to_string_lossy().starts_with(".new-")).collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

/// Runs a shell script; nothing if there is no shell.
#[cfg(unix)]
fn shell(scene: &Scene, script: &str) -> Option<Output> {
    let shell = Command::new("sh")
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_interdict"), UN])
        .arg(scene.list(2))
        .arg(scene.data_dir())
        .env("INTERDICT_DATA_DIR", scene.data_dir())
        .env_remove("INTERDICT_CONFIG")
        .stdin(Stdio::null())
        .output();
    shell.ok()
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_grow_is_an_error_and_leaves_the_generation_in_use() {
    let scene = Scene::new();
    // Blocks of 512 bytes: in the middle of the list's own segment, and just before its end.
    for blocks in [0, 1, 16, 64, 200, 600] {
        let script =
            format!(r#"trap "" XFSZ; ulimit -f {blocks}; exec "$1" lists import "$2" "$3""#);
        let Some(output) = shell(&scene, &script) else {
            println!("skipped: there is no shell here to set a limit with");
            return;
        };
        assert_eq!(output.status.code(), Some(2), "{blocks} blocks: {}", told(&output));
        assert!(told(&output).contains("error: cannot"), "{}", told(&output));
        assert_eq!(scene.whole_generation(), 1);
    }
    assert!(scene.import(2).output().unwrap().status.success());
    assert_eq!(scene.whole_generation(), 2);
}

/// A small file system in memory, until it is dropped.
#[cfg(target_os = "linux")]
struct SmallDisk(PathBuf);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn mount(at: PathBuf, kilobytes: u32) -> Option<Self> {
        fs::create_dir_all(&at).unwrap();
        let options = format!("size={kilobytes}k");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&at)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self(at))
    }

    fn remount(&self, options: &str) -> bool {
        let options = format!("remount,{options}");
        let status = Command::new("mount").args(["-o", &options]).arg(&self.0).status();
        status.is_ok_and(|status| status.success())
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_leaves_the_generation_in_use() {
    let scene = Scene::new();
    let segment_bytes = fs::metadata(scene.segment()).unwrap().len();
    fs::rename(scene.data_dir(), scene.folder.path().join("aside")).unwrap();
    let Some(disk) = SmallDisk::mount(scene.data_dir(), 1_500) else {
        println!("skipped: a small disk can only be mounted by the system's administrator");
        return;
    };
    copy_tree(&scene.folder.path().join("aside"), &scene.data_dir());
    assert_eq!(fs::metadata(scene.segment()).unwrap().len(), segment_bytes);
    let output = scene.import(2).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("No space left"), "{}", told(&output));
    assert_eq!(scene.whole_generation(), 1);
    assert!(disk.remount("size=64m"));
    let output = scene.import(2).output().unwrap();
    assert!(output.status.success(), "{}", told(&output));
    assert_eq!(scene.whole_generation(), 2);

    // And a disk that can only be read: it answers, and says why it does not import.
    assert!(disk.remount("ro"));
    let output = scene.import(2).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("Read-only"), "{}", told(&output));
    assert_eq!(scene.whole_generation(), 2);
}

#[cfg(target_os = "linux")]
fn copy_tree(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_answers_and_says_why_it_does_not_import() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new();
    let folders = ["", "segments", "generations"].map(|name| scene.data_dir().join(name));
    let set = |mode: u32| {
        for folder in &folders {
            fs::set_permissions(folder, fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    set(0o555);
    let probe = folders[1].join("probe");
    if fs::write(&probe, "x").is_ok() {
        fs::remove_file(&probe).unwrap();
        println!("skipped: this user may write everywhere");
        set(0o755);
        return;
    }
    let output = scene.import(2).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("cannot"), "{}", told(&output));
    assert_eq!(scene.whole_generation(), 1);
    set(0o755);
}

#[test]
fn two_imports_at_once_both_end_well_one_after_the_other() {
    let scene = Scene::new();
    let imports: Vec<Child> =
        (0..3).map(|_| scene.import(2).stdout(Stdio::null()).spawn().unwrap()).collect();
    for import in imports {
        assert!(import.wait_with_output().unwrap().status.success());
    }
    assert_eq!(scene.whole_generation(), 4);
}

#[test]
fn an_import_that_will_not_wait_says_that_another_one_is_running() {
    let scene = Scene::new();
    let lock = fs::File::options().write(true).open(scene.data_dir().join("LOCK")).unwrap();
    lock.lock().unwrap();
    let output = scene.import(2).arg("--no-wait").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("another import"), "{}", told(&output));
    assert_eq!(scene.whole_generation(), 1);
    drop(lock);
    assert!(scene.import(2).arg("--no-wait").output().unwrap().status.success());
    assert_eq!(scene.whole_generation(), 2);
}

#[test]
fn readers_keep_what_they_opened_and_find_a_whole_generation_while_imports_run() {
    let scene = Scene::new();
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut writer = scene.import(2).stdout(Stdio::null()).spawn().unwrap();
    let mut readings = 0;
    while writer.try_wait().unwrap().is_none() && Instant::now() < deadline {
        scene.whole_generation_or_next();
        readings += 1;
    }
    assert!(writer.wait().unwrap().success());
    assert!(readings > 0);
    assert_eq!(scene.whole_generation(), 2);
}

impl Scene {
    /// Like `whole_generation`, where the generation may change between two questions.
    fn whole_generation_or_next(&self) {
        let status = self.status();
        assert!(matches!(status["generation"].as_u64(), Some(1 | 2)), "{status}");
        assert!(self.finds(&name(1)));
    }
}

/// What a damaged file gets: a word on which file and what to do, and never an answer.
#[track_caller]
fn is_refused(scene: &Scene, what: &str, words: &[&str]) {
    let screen = scene.command(&["screen", &name(1)]).output().unwrap();
    assert_eq!(screen.status.code(), Some(2), "{what}: {}", told(&screen));
    assert!(screen.stdout.is_empty(), "{what}: {screen:?}");
    for word in words {
        assert!(told(&screen).contains(word), "{what}: {} should say {word:?}", told(&screen));
    }
}

#[test]
fn damaged_truncated_foreign_and_newer_segments_are_refused_and_an_import_mends_them() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage, &[&str]); 6] = [
        (
            "a bit of the header",
            |b| b[100] ^= 1,
            &["is damaged", "import the list again", "restore"],
        ),
        ("half", |b| b.truncate(b.len() / 2), &["is damaged"]),
        ("a few bytes", |b| b.truncate(100), &["is damaged"]),
        ("nothing", Vec::clear, &["no segment file"]),
        ("another format", |b| b[..4].copy_from_slice(b"PK\x03\x04"), &["no segment file"]),
        ("a newer version", |b| b[8] = 200, &["has format 200", "update the program"]),
    ];
    let scene = Scene::new();
    for (what, damage, words) in damages {
        let path = scene.segment();
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        // A new file: another process may have mapped the old one.
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        is_refused(&scene, what, words);
        let output = scene.import(1).output().unwrap();
        assert!(output.status.success(), "{what}: {}", told(&output));
        scene.whole_generation();
    }
}

#[test]
fn a_flipped_bit_anywhere_is_noticed_on_opening_and_found_by_verify() {
    let scene = Scene::new();
    let path = scene.segment();
    let good = fs::read(&path).unwrap();
    for step in 0..24 {
        let place = good.len() * step / 24 + 7;
        let mut bytes = good.clone();
        bytes[place] ^= 0x10;
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        let output = scene.command(&["lists", "status", "--verify"]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "byte {place}: {}", told(&output));
        is_refused(&scene, &format!("byte {place}"), &["a damaged file is never used"]);
    }
}

#[test]
fn damaged_manifests_are_refused_and_the_older_generation_can_be_asked_for_and_restored() {
    let scene = Scene::new();
    assert!(scene.import(2).output().unwrap().status.success());
    let manifest = scene.data_dir().join("generations/2.json");
    let good = fs::read_to_string(&manifest).unwrap();
    for (what, text, words) in [
        ("half", good[..good.len() / 2].to_owned(), &["2.json", "is damaged"][..]),
        (
            "newer",
            good.replacen("\"format\": 1", "\"format\": 7", 1),
            &["format 7", "update the program"],
        ),
    ] {
        fs::write(&manifest, text).unwrap();
        is_refused(&scene, what, words);
        let older = scene
            .command(&["screen", &name(1), "--generation", "1", "--threshold", "0.93"])
            .output()
            .unwrap();
        assert_eq!(older.status.code(), Some(1), "{}", told(&older));
    }
    // Going back makes a new generation of the older lists, and imports work again.
    let back = scene.command(&["lists", "restore", "1"]).output().unwrap();
    assert!(back.status.success(), "{}", told(&back));
    assert_eq!(scene.whole_generation(), 3);
    assert!(scene.import(2).output().unwrap().status.success());
    assert_eq!(scene.whole_generation(), 4);
}

#[test]
fn a_damaged_pointer_is_refused_until_a_generation_is_put_in_use() {
    let scene = Scene::new();
    assert!(scene.import(2).output().unwrap().status.success());
    fs::write(scene.data_dir().join("CURRENT"), "two").unwrap();
    is_refused(&scene, "the pointer", &["CURRENT", "is damaged"]);
    let back = scene.command(&["lists", "restore", "2"]).output().unwrap();
    assert!(back.status.success(), "{}", told(&back));
    assert_eq!(scene.whole_generation(), 3);
}

#[test]
fn a_damaged_generation_is_not_restored() {
    let scene = Scene::new();
    let old = scene.segment();
    assert!(scene.import(2).output().unwrap().status.success());
    let mut bytes = fs::read(&old).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::remove_file(&old).unwrap();
    fs::write(&old, bytes).unwrap();
    let back = scene.command(&["lists", "restore", "1"]).output().unwrap();
    assert_eq!(back.status.code(), Some(2));
    assert!(told(&back).contains("is damaged"), "{}", told(&back));
    assert_eq!(scene.whole_generation(), 2);
}
