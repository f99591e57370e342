//! Roles and rights.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The role of a key or a person.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Screens, and reads entities.
    Screen,
    /// Also works on cases.
    Analyst,
    /// Also approves proposals of others.
    Approver,
    /// Manages keys, people, monitors and the configuration. Does not read cases.
    Admin,
    /// Reads everything, changes nothing.
    Auditor,
}

/// A permitted action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Reading lists and entities.
    Read,
    /// Screening and tracing.
    Screen,
    /// Reading cases.
    ReadCases,
    /// Working on cases and proposing decisions.
    WorkOnCases,
    /// Approving decisions that somebody else proposed.
    Approve,
    /// Creating and revoking keys, and accounts of people.
    ManageKeys,
    /// Changing lists, monitors and the configuration.
    Administer,
    /// Reading the audit log.
    ReadAudit,
}

/// A text that is not a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a role: expected screen, analyst, approver, admin or auditor")]
pub struct RoleError;

impl Right {
    /// All rights.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Screen,
        Self::ReadCases,
        Self::WorkOnCases,
        Self::Approve,
        Self::ManageKeys,
        Self::Administer,
        Self::ReadAudit,
    ];
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] =
        [Self::Screen, Self::Analyst, Self::Approver, Self::Admin, Self::Auditor];

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Analyst => "analyst",
            Self::Approver => "approver",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }

    /// Whether the role has a right. Administrators do not decide cases, and auditors change nothing.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Read => true,
            Right::Screen => self != Self::Auditor,
            Right::ReadCases => matches!(self, Self::Analyst | Self::Approver | Self::Auditor),
            Right::WorkOnCases => matches!(self, Self::Analyst | Self::Approver),
            Right::Approve => self == Self::Approver,
            Right::ManageKeys | Right::Administer => self == Self::Admin,
            Right::ReadAudit => matches!(self, Self::Admin | Self::Auditor),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_its_rights_and_no_other() {
        use Right::{
            Administer, Approve, ManageKeys, Read, ReadAudit, ReadCases, Screen, WorkOnCases,
        };
        for (role, rights) in [
            (Role::Screen, vec![Read, Screen]),
            (Role::Analyst, vec![Read, Screen, ReadCases, WorkOnCases]),
            (Role::Approver, vec![Read, Screen, ReadCases, WorkOnCases, Approve]),
            (Role::Admin, vec![Read, Screen, ManageKeys, Administer, ReadAudit]),
            (Role::Auditor, vec![Read, ReadCases, ReadAudit]),
        ] {
            let has: Vec<Right> = Right::ALL.into_iter().filter(|right| role.may(*right)).collect();
            assert_eq!(has, rights, "{role}");
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("root".parse::<Role>(), Err(RoleError));
    }
}
