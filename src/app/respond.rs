//! An incident as a run: a report's leaks found again, an organization's keys listed, a plan made, and carried out.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::Duration;
use std::{env, fs, io};

use super::again::{Again, find_again};
use super::alive::Asker;
use super::auto_revoke::show_log;
use super::leaked::of_case;
use super::network::{Network, NetworkError};
use super::now;
use super::subject::repository_of;
use crate::issuer::Client;
use crate::report::{ReadError, read};
use crate::respond::{
    Admin, AdminError, CarryOutError, Consent, Deed, Evidence, EvidenceError, Fate, HandsOver, Inventory, Leaked, Plan,
    Planned, Rotated, Rotation, Tools, Wish, ask_about, carry_out, needs_inventory, read_evidence,
};
use crate::respond::{Chapter, DAY, Usage, read_dated_evidence};
use crate::rules::RuleSet;
use crate::words::{Ledger, Secret, Skipped};

/// Why there is no admin key, for a plan.
const NO_ADMIN_KEY: &str = "there is no admin key: set OPENAI_ADMIN_KEY, or name a command with --admin-key-command";

/// Why an incident can't be answered.
#[derive(Debug, thiserror::Error)]
pub enum RespondError {
    /// The report can't be read.
    #[error("{path} can't be read: {cause}", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// It is no report.
    #[error("{path}: {cause}", path = path.display())]
    NoReport {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: ReadError,
    },
    /// There can be no requests.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// The Admin API can't be used.
    #[error("the organization's keys could not be listed: {0}")]
    Admin(#[from] AdminError),
    /// What is done can't be written down.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// There is no admin key.
    #[error("{NO_ADMIN_KEY}")]
    NoAdminKey,
    /// There is no place for the log.
    #[error("there is no folder for the evidence log (HOME is not set); name a file with --evidence")]
    NoPlace,
}

/// A report's leaks, as far as they were found again.
#[derive(Debug)]
pub struct Incident {
    /// The leaks.
    pub leaks: Vec<Leaked>,
    /// What could not be read for it.
    pub skipped: Vec<Skipped>,
    /// The rules that name their kinds.
    pub rules: RuleSet,
}

/// Reads a report and finds its leaks again.
///
/// # Errors
/// It can't be read, or is no report.
#[expect(clippy::disallowed_methods, reason = "the door to reports that are read back")]
pub fn read_incident(path: &Path, rules: RuleSet) -> Result<Incident, RespondError> {
    let text = if path == Path::new("-") { io::read_to_string(io::stdin()) } else { fs::read_to_string(path) };
    let text = text.map_err(|cause| RespondError::Unreadable { path: path.to_owned(), cause })?;
    let recording = read(&text).map_err(|cause| RespondError::NoReport { path: path.to_owned(), cause })?;
    let repo = repository_of(&recording);
    let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let (Again { cases, skipped, .. }, rules) = find_again(recording, rules, repo.as_ref(), threads);
    let leaks = cases.into_iter().map(|case| of_case(case, &rules)).collect();
    Ok(Incident { leaks, skipped, rules })
}

/// What is needed to answer an incident: a client, and an organization's admin key if there is one.
#[derive(Debug)]
pub struct Desk<'r> {
    client: Client,
    key: Option<Secret>,
    rules: &'r RuleSet,
}

impl<'r> Desk<'r> {
    /// A desk. Nothing is asked yet.
    ///
    /// # Errors
    /// There can be no requests.
    pub fn new(network: &Network, key: Option<Secret>, rules: &'r RuleSet) -> Result<Self, RespondError> {
        Ok(Self { client: network.client()?, key, rules })
    }

    /// What would be done about these leaks. Asks issuers, changes nothing.
    ///
    /// # Errors
    /// The organization's keys can't be listed.
    pub fn plan(&self, leaks: Vec<Leaked>, wish: Wish<'_>) -> Result<Plan, RespondError> {
        let leaks = ask_about(leaks, &self.asker());
        let admin = self.admin()?;
        let inventory = match &admin {
            Some(admin) if needs_inventory(&leaks) => admin.inventory()?,
            _ => Inventory::default(),
        };
        let organization = admin.as_ref().map(|admin| (admin, &inventory)).ok_or(NO_ADMIN_KEY);
        Ok(Plan::new(leaks, organization, wish))
    }

    /// Carries out what is planned for one leak.
    ///
    /// # Errors
    /// What is done could not be written down.
    pub fn carry_out(
        &self,
        planned: &Planned,
        consent: Consent,
        wait: Duration,
        evidence: &mut Evidence,
    ) -> Result<Fate, RespondError> {
        let (admin, asks) = (self.admin()?, self.asker());
        let tools = Tools { client: &self.client, admin: admin.as_ref(), asks: &asks, consent, wait };
        carry_out(planned, &tools, evidence).map_err(|CarryOutError::Evidence(error)| error.into())
    }

    /// What a rotation needs: the plan, and the list of keys that it was made with.
    ///
    /// # Errors
    /// There is no admin key, or the organization's keys can't be listed.
    pub fn plan_rotation(&self, leaks: Vec<Leaked>, consent: Consent) -> Result<(Plan, Inventory), RespondError> {
        let leaks = ask_about(leaks, &self.asker());
        let admin = self.admin()?.ok_or(RespondError::NoAdminKey)?;
        let inventory = admin.inventory()?;
        let wish = Wish { consent, contain: None };
        Ok((Plan::new(leaks, Ok((&admin, &inventory)), wish), inventory))
    }

    /// Replaces one key. `log` is what the evidence log said before this run.
    ///
    /// # Errors
    /// There is no admin key, or what is done could not be written down.
    pub fn rotate(
        &self,
        planned: &Planned,
        inventory: &Inventory,
        choice: &RotateChoice<'_>,
        hands: &mut dyn HandsOver,
        evidence: &mut Evidence,
    ) -> Result<Rotated, RespondError> {
        let admin = self.admin()?.ok_or(RespondError::NoAdminKey)?;
        let RotateChoice { consent, wait, log } = *choice;
        let rotation = Rotation { admin: &admin, inventory, asks: &self.asker(), consent, wait, log };
        rotation.rotate(planned, hands, evidence).map_err(|CarryOutError::Evidence(error)| error.into())
    }

    /// What can be told of leaks: whether they work, and what they did, as far as there is an admin key.
    ///
    /// # Errors
    /// The organization's keys can't be listed.
    pub fn chapters(
        &self,
        leaks: Vec<Leaked>,
        consent: Consent,
        log: &[(String, Deed)],
    ) -> Result<Vec<Chapter>, RespondError> {
        let log: Vec<Deed> = log.iter().map(|(_, deed)| deed.clone()).collect();
        let mut chapters = Vec::new();
        for case in self.plan(leaks, Wish { consent, contain: None })?.cases {
            let since = case.leaked.committed.unwrap_or_else(|| now().saturating_sub(30 * DAY));
            let id = case.key_id(&log).filter(|_| self.key.is_some());
            let usage = id.map(|id| self.usage(id, since)).transpose()?;
            chapters.push(Chapter { leaked: case.leaked, verified: case.verified, usage });
        }
        Ok(chapters)
    }

    /// All keys of the organization.
    ///
    /// # Errors
    /// There is no admin key, or the projects can't be listed.
    pub fn inventory(&self) -> Result<Inventory, RespondError> {
        Ok(self.admin()?.ok_or(RespondError::NoAdminKey)?.inventory()?)
    }

    /// What a key did since it leaked.
    ///
    /// # Errors
    /// There is no admin key.
    pub fn usage(&self, key_id: &str, leaked: u64) -> Result<Usage, RespondError> {
        Ok(self.admin()?.ok_or(RespondError::NoAdminKey)?.usage(key_id, leaked, now()))
    }

    fn asker(&self) -> Asker<'_> {
        Asker { client: &self.client, rules: self.rules }
    }

    fn admin(&self) -> Result<Option<Admin<'_>>, AdminError> {
        self.key.as_ref().map(|key| Admin::new(&self.client, key)).transpose()
    }
}

/// How a key is replaced.
#[derive(Clone, Copy, Debug)]
pub struct RotateChoice<'a> {
    /// What may be done besides.
    pub consent: Consent,
    /// How long a life or a death is waited for.
    pub wait: Duration,
    /// What the evidence log said before.
    pub log: &'a [Deed],
}

/// Leaks about which nobody was asked.
#[must_use]
pub fn untold(leaks: Vec<Leaked>) -> Vec<Chapter> {
    leaks.into_iter().map(|leaked| Chapter { leaked, verified: None, usage: None }).collect()
}

/// What the evidence log says, with the time of each line.
///
/// # Errors
/// It can't be read.
pub fn read_dated_log(path: &Path) -> Result<Vec<(String, Deed)>, RespondError> {
    Ok(read_dated_evidence(path)?)
}

/// What the evidence log says; nothing if there is none yet.
///
/// # Errors
/// It can't be read.
pub fn read_log(path: &Path) -> Result<Vec<Deed>, RespondError> {
    Ok(read_evidence(path)?)
}

/// Says of each leak what an evidence log says was done about it. A log that is not there is none.
///
/// # Errors
/// It can't be read.
pub fn show_evidence(ledger: &mut Ledger, path: &Path) -> Result<(), RespondError> {
    show_log(ledger, &read_dated_log(path)?);
    Ok(())
}

/// Where the evidence log is, unless a person names another place: the user's own folder for what programs remember. A
/// repository that is scanned has no say in it.
///
/// # Errors
/// There is no such folder.
pub fn evidence_path(named: Option<&Path>) -> Result<PathBuf, RespondError> {
    let var = |name: &str| look(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let usual = || match () {
        () if cfg!(windows) => var("LOCALAPPDATA"),
        () => var("XDG_STATE_HOME").or_else(|| var("HOME").map(|home| home.join(".local/state"))),
    };
    let path = named.map(Path::to_owned).or_else(|| usual().map(|folder| folder.join("unleak/evidence.jsonl")));
    path.ok_or(RespondError::NoPlace)
}

/// Opens the evidence log.
///
/// # Errors
/// It can't be appended to.
pub fn open_evidence(path: &Path) -> Result<Evidence, RespondError> {
    Ok(Evidence::open(path, &who(), now)?)
}

/// Who runs this, as the system or the CI says.
fn who() -> String {
    let named = ["GITHUB_ACTOR", "GITLAB_USER_LOGIN", "USER", "LOGNAME", "USERNAME"];
    named.into_iter().find_map(look).unwrap_or_else(|| "unknown".to_owned())
}

#[expect(clippy::disallowed_methods, reason = "who runs this, and where their files are")]
fn look(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.trim().is_empty())
}
