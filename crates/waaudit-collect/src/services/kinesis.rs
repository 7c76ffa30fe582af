//! Amazon Kinesis Data Streams. Records are never read, and tags are not in this answer.

use aws_sdk_kinesis::types::StreamSummary;

use crate::call::Call;
use crate::kind::{Kind, Service};
use crate::metrics::{Absent, Asked, Metric, Query};
use crate::rate_limit::Rate;
use crate::transport::collector_context::{Context, ResourceId, timestamp};
use crate::transport::decode::word;
use waaudit_model::facts;
use waaudit_model::facts::kinesis::Stream;
use waaudit_model::snapshot::Resource;

pub(crate) const SERVICE: Service = Service {
    kinds: &[STREAM],
    metrics: &[METRICS],
    rates: &[
        // Kinesis Data Streams, "ListStreams".
        Rate::each("kinesis", Rate::ALL, 5.0, 5),
    ],
};

const LIST_STREAMS: Call = Call::new("kinesis", "ListStreams");

pub(crate) const STREAM: Kind =
    Kind::regional::<facts::kinesis::Stream>(&[&LIST_STREAMS], |ctx| Box::pin(streams(ctx)));

pub(crate) const METRICS: &[Metric] = &[
    Metric::of::<facts::kinesis::Stream>(
        "incoming_records",
        "sum",
        |stream| weekly("IncomingRecords", stream),
        |_, series| series.first()?.sum(),
    )
    .over(7)
    .since("created_at"),
    Metric::of::<facts::kinesis::Stream>(
        "fetched_records",
        "sum",
        |stream| weekly("GetRecords.Records", stream),
        |_, series| series.first()?.sum(),
    )
    .over(7)
    .since("created_at"),
];

fn weekly(metric: &str, stream: &Resource) -> Asked {
    let query = Query::new("AWS/Kinesis", metric, &[("StreamName", &stream.id)]);
    query.statistic("Sum").every(3600).absent(Absent::Zero).into()
}

async fn streams(ctx: Context) {
    let client = aws_sdk_kinesis::Client::new(ctx.config());
    ctx.pages(&LIST_STREAMS, client.list_streams().into_paginator().send(), |page| {
        // Names come of every stream, summaries beside them: a name without one is a stream that is missing.
        if page.stream_names().len() != page.stream_summaries().len() {
            ctx.unreadable(&LIST_STREAMS, None, "an answer with names and no summaries of them");
        }
        for stream in page.stream_summaries() {
            let name = ResourceId {
                arn: stream.stream_arn().to_owned(),
                id: stream.stream_name().to_owned(),
                ..ResourceId::default()
            };
            ctx.push(name, stream_facts(stream));
        }
    })
    .await;
}

fn stream_facts(s: &StreamSummary) -> Stream {
    let mode = s.stream_mode_details().map(|details| details.stream_mode());
    Stream {
        status: word(Some(s.stream_status())).into(),
        mode: word(mode).into(),
        created_at: s.stream_creation_timestamp().and_then(timestamp).into(),
        ..Stream::default()
    }
}
