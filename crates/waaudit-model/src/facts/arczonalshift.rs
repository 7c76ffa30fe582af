//! Amazon Application Recovery Controller (ARC): zonal shift and zonal autoshift.

parts! {
    /// A shift of traffic away from a zone. `ZonalShifts[]`, `Autoshifts[]`.
    Shift {
        /// The zone's id. `AwayFrom`.
        away_from: String,
        /// ZONAL_SHIFT, PRACTICE_RUN, FIS_EXPERIMENT or ZONAL_AUTOSHIFT. `ShiftType`.
        shift_type: String,
        /// Whether traffic is shifted by it now. `AppliedStatus`.
        applied: bool,
        /// When it began, RFC 3339. `StartTime`.
        started_at: String,
    }
}

parts! {
    /// A practice run. Source: `arc-zonal-shift:ListZonalShifts` and `GetManagedResource`, shifts of type PRACTICE_RUN.
    PracticeRun {
        /// When it began, RFC 3339. `StartTime`.
        started_at: String,
        /// SUCCEEDED, FAILED, INTERRUPTED, PENDING or CAPACITY_CHECK_FAILED. `PracticeRunOutcome`.
        outcome: String,
    }
}

facts! {
    /// A resource from which ARC can shift traffic away: a load balancer, an Auto Scaling group or an EKS cluster. Source: `arc-zonal-shift:ListManagedResources`.
    "arczonalshift.resource" ManagedResource {
        /// Ids of its zones. `AvailabilityZones`.
        zones: Vec<String>,
        /// Whether AWS shifts traffic away from an impaired zone by itself; false where AWS says nothing. `ZonalAutoshiftStatus`.
        autoshift: bool,
        /// Shifts that AWS lists for it now. `ZonalShifts[]`, `Autoshifts[]`.
        shifts: Vec<Shift>,
        /// Alarms that decide whether a practice run succeeded; none without a practice run configuration. `PracticeRunConfiguration.OutcomeAlarms[].AlarmIdentifier`. Source: `arc-zonal-shift:GetManagedResource`.
        outcome_alarms: Option<Vec<String>>,
        /// Its last practice run; none where AWS lists none. Source: `arc-zonal-shift:ListZonalShifts`, `arc-zonal-shift:GetManagedResource`.
        last_practice_run: Option<PracticeRun>,
        /// Derived: days since the last practice run began; none without one.
        practice_run_age_days: Option<i64>,
    }
}
