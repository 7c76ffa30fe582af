//! The scheduled run: the same binary as a Lambda function, started by Lambda as `bootstrap`.
//!
//! An event says what to audit and where the report goes; the answer is a summary. It knows the whole pipe and is known by
//! none of it. `destinations` alone writes to AWS.

pub mod event;
pub mod metrics;

mod destinations;
mod keys;
mod limits;
mod message;
mod run;
mod run_error;
mod summary;

use jiff::Timestamp;
use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::Value;

use self::limits::Limits;
use self::run::Invocation;
use self::run_error::RunError;
use self::summary::Summary;
use crate::exit::Exit;

/// Whether Lambda started this process.
pub fn is_lambda() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// Serves events until Lambda ends the process.
pub fn serve() -> Exit {
    let served = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(lambda_runtime::Error::from);
    let served = served.and_then(|runtime| runtime.block_on(lambda_runtime::run(service_fn(answer))));
    match served {
        Ok(()) => Exit::Clean,
        Err(error) => {
            anstream::eprintln!("error: the Lambda runtime API could not be served: {error}");
            Exit::CouldNotRun
        }
    }
}

async fn answer(event: LambdaEvent<Value>) -> Result<Summary, RunError> {
    let (payload, context) = event.into_parts();
    let limits = Limits::until(context.deadline());
    let invocation = Invocation { request_id: context.request_id, now: Timestamp::now(), limits };
    // Futures of a whole run are large, and the stack of a thread is not.
    let answer = Box::pin(run::run(payload, &invocation)).await;
    if let Err(trouble) = &answer {
        anstream::eprintln!("error: {trouble}");
    }
    answer
}
