//! The network of a sealed process: a loopback interface, to which every address leads. A call to any address
//! fails at once, as nobody listens there, and its packets can be seen.

use std::net::{Ipv4Addr, Ipv6Addr};

use rtnetlink::packet_route::route::{RouteScope, RouteType};
use rtnetlink::{Handle, LinkUnspec, RouteMessageBuilder};
use tokio::runtime::Builder;

use super::SealError;

/// The loopback interface of a new network.
const LOOPBACK: u32 = 1;

/// The kernel's table of local addresses.
const LOCAL: u32 = 255;

/// Sets the network up.
pub(super) fn prepare() -> Result<(), SealError> {
    let forbidden = |error| SealError::forbidden("the network cannot be set up", error);
    let runtime = Builder::new_current_thread().enable_io().build().map_err(forbidden)?;
    runtime.block_on(async {
        let (connection, handle, _) = rtnetlink::new_connection().map_err(forbidden)?;
        let connection = tokio::spawn(connection);
        let done = set_up(&handle).await;
        connection.abort();
        done.map_err(|error| forbidden(std::io::Error::other(error)))
    })
}

async fn set_up(handle: &Handle) -> Result<(), rtnetlink::Error> {
    handle.link().set(LinkUnspec::new_with_index(LOOPBACK).up().build()).execute().await?;
    let all = RouteMessageBuilder::<Ipv4Addr>::new()
        .destination_prefix(Ipv4Addr::UNSPECIFIED, 0)
        .output_interface(LOOPBACK)
        .table_id(LOCAL)
        .scope(RouteScope::Host)
        .kind(RouteType::Local)
        .build();
    handle.route().add(all).execute().await?;
    let all = RouteMessageBuilder::<Ipv6Addr>::new()
        .destination_prefix(Ipv6Addr::UNSPECIFIED, 0)
        .output_interface(LOOPBACK)
        .table_id(LOCAL)
        .kind(RouteType::Local)
        .build();
    // A kernel without IPv6 has nothing to route.
    if let Err(error) = handle.route().add(all).execute().await {
        tracing::debug!(%error, "no route for IPv6");
    }
    Ok(())
}
