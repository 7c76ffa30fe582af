//! Amazon Kinesis Data Streams. Records are never read.

use super::measured::Measured;

facts! {
    /// A stream. Source: `kinesis:ListStreams`.
    "kinesis.stream" Stream {
        /// CREATING, DELETING, ACTIVE or UPDATING. `StreamStatus`.
        status: String,
        /// PROVISIONED or ON_DEMAND; none where AWS does not say. `StreamModeDetails.StreamMode`.
        mode: Option<String>,
        /// When it was made, RFC 3339. `StreamCreationTimestamp`.
        created_at: String,
        /// Records put into it in a week. `AWS/Kinesis IncomingRecords`.
        incoming_records: Measured,
        /// Records that consumers fetched in a week, those that are pushed to enhanced fan-out aside. `AWS/Kinesis GetRecords.Records`.
        fetched_records: Measured,
    }
}
