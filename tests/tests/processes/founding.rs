//! The policies that a federation is founded with (R-002, AMB-25).

use std::path::{Path, PathBuf};

use federation::process::Trouble;
use honghei_domain::node::Tier;
use honghei_node::clock::{self, Clock};
use honghei_node::folder::Folder;
use honghei_node::serve;
use tempfile::TempDir;

use super::walk::program;

const SECRET: (&str, &str) = ("HONGHEI_ROOT_PASSPHRASE", "four words do well");

/// A place with a calendar, where a province is founded.
struct Ground(TempDir);

impl Ground {
    fn new() -> Self {
        let ground = Self(tempfile::tempdir().unwrap());
        clock::set_simulated(&ground.calendar(), "2017-11-06T09:00:00+08:00".parse().unwrap()).unwrap();
        ground
    }

    fn calendar(&self) -> PathBuf {
        self.0.path().join("calendar")
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("p")
    }

    /// `init` of the province's program, with these words behind it.
    fn init(&self, further: &[&str]) -> Result<(), Trouble> {
        let (folder, calendar) = (self.folder(), self.calendar());
        let mut words = vec!["init", "--dir", path(&folder), "--simulated-clock", path(&calendar)];
        words.extend(["--listen", "127.0.0.1:0", "--federation", "test"]);
        words.extend(["--node", "420000-commerce", "--name", "湖北省商务厅"]);
        words.extend(further);
        program().run(Tier::Province, &words, &[SECRET]).map(drop)
    }

    /// The policies that the founded province's directory carries, `name@version`.
    async fn policies(&self) -> Vec<String> {
        let running = serve::start(&Folder::at(self.folder()), &province_node::COMPOSITION, None).await.unwrap();
        let now = Clock::simulated(&self.calendar()).now().unwrap();
        let carried = running.engine().context(now).await.reference.policies.keys().cloned().collect();
        running.stop().await;
        carried
    }

    fn refused(&self, further: &[&str]) -> String {
        let refused = self.init(further).unwrap_err().to_string();
        assert!(!self.folder().exists(), "a refused founding leaves nothing: {refused}");
        refused
    }
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// what is shipped for the founder's own departments, and nothing that none of them can use.
#[tokio::test(flavor = "multi_thread")]
async fn r_002_a_federation_starts_with_the_real_policies_of_its_founders_departments() {
    let cases: [(&[&str], &[&str]); 4] = [
        (&[], &["jm-commerce-2017-draft@1"]),
        (&["--department", "quality"], &["jm-commerce-2017-draft@1", "yq-quality@1"]),
        // AMB-25: a made-up policy binds nobody who has not asked for it.
        (&["--department", "food"], &["jm-commerce-2017-draft@1"]),
        (&["--policy", "sample-food-safety", "--policy", "yq-quality"], &["sample-food-safety@1", "yq-quality@1"]),
    ];
    for (further, expected) in cases {
        let ground = Ground::new();
        ground.init(further).unwrap();
        assert_eq!(ground.policies().await, expected, "{further:?}");
    }
}

/// a policy of one's own comes as a file; what is no policy, or a second one for a department, founds nothing.
#[tokio::test(flavor = "multi_thread")]
async fn r_010_a_federation_is_founded_with_a_policy_of_its_own_or_not_at_all() {
    let ground = Ground::new();
    let unknown = ground.refused(&["--policy", "jm-comerce"]);
    for told in ["POLICY_UNKNOWN", "jm-commerce-2017-draft", "yq-quality", "sample-food-safety"] {
        assert!(unknown.contains(told), "{told}: {unknown}");
    }
    let file = ground.0.path().join("own.toml");
    std::fs::write(&file, "name = 1\n").unwrap();
    let defective = ground.refused(&["--policy", path(&file)]);
    assert!(defective.contains("POLICY_DEFECTIVE") && defective.contains("own.toml, line 1"), "{defective}");
    let (_, shipped) = honghei_domain::policy::shipped()[0];
    std::fs::write(&file, shipped.replacen("name = \"jm-commerce-2017-draft\"", "name = \"own\"", 1)).unwrap();
    let twice = ground.refused(&["--policy", path(&file), "--policy", "jm-commerce-2017-draft"]);
    assert!(twice.contains("POLICY_DEPARTMENT_TAKEN"), "{twice}");
    ground.init(&["--policy", path(&file)]).unwrap();
    assert_eq!(ground.policies().await, ["own@1"]);
}
