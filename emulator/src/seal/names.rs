//! Names of hosts inside of the seal: the modelled ones are the loopback address, and no other exists.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::thread;

use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};

use super::strays::Family;
use super::{SealError, Strays};
use crate::intercept::is_modelled;

/// Where the resolver of a sealed process asks.
pub(super) const SERVER: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// How long an answer may be kept, in seconds: not at all.
const TTL: u32 = 0;

/// Answers queries from now on, in a thread of its own.
pub(super) fn answer(strays: &Arc<Strays>) -> Result<(), SealError> {
    let step = "names cannot be resolved";
    let forbidden = |error: io::Error| SealError::forbidden(step, error);
    let socket = UdpSocket::bind(SocketAddr::from((SERVER, 53))).map_err(forbidden)?;
    let strays = Arc::clone(strays);
    let serve = move || {
        let mut query = [0; 1500];
        while let Ok((length, client)) = socket.recv_from(&mut query) {
            let reply = query.get(..length).and_then(|query| reply(query, &strays));
            if let Some(reply) = reply {
                // Who asked may be gone.
                _ = socket.send_to(&reply, client);
            }
        }
    };
    thread::Builder::new().name("names".to_owned()).spawn(serve).map(drop).map_err(forbidden)
}

/// The reply to a query; nothing to what is none.
fn reply(query: &[u8], strays: &Strays) -> Option<Vec<u8>> {
    let query = Packet::parse(query).ok()?;
    if query.has_flags(PacketFlag::RESPONSE) {
        return None;
    }
    let mut reply = Packet::new_reply(query.id());
    reply.set_flags(PacketFlag::RECURSION_AVAILABLE | PacketFlag::AUTHORITATIVE_ANSWER);
    if query.has_flags(PacketFlag::RECURSION_DESIRED) {
        reply.set_flags(PacketFlag::RECURSION_DESIRED);
    }
    let question = query.questions.first()?;
    let host = question.qname.to_string();
    let host = host.trim_end_matches('.');
    let asks = |kind| question.qtype == QTYPE::TYPE(kind);
    if !is_modelled(host) && !is_local(host) {
        // A look-up by address reaches nobody.
        if !asks(TYPE::PTR) {
            let family = if asks(TYPE::AAAA) { Family::V6 } else { Family::V4 };
            strays.note(host.to_owned(), family);
        }
        *reply.rcode_mut() = RCODE::NameError;
    } else if asks(TYPE::A) {
        let address = RData::A(A::from(Ipv4Addr::LOCALHOST));
        let record = ResourceRecord::new(question.qname.clone(), CLASS::IN, TTL, address);
        reply.answers.push(record);
    }
    reply.questions.push(question.clone());
    reply.build_bytes_vec().ok()
}

fn is_local(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use simple_dns::{Name, Question};

    use super::*;

    /// What is answered, and what was noted as a stray.
    fn ask(host: &str, kind: TYPE) -> (RCODE, usize, Vec<(String, u64)>) {
        let mut query = Packet::new_query(7);
        let name = Name::new_unchecked(host);
        query.questions.push(Question::new(name, kind.into(), CLASS::IN.into(), false));
        let strays = Strays::default();
        let reply = reply(&query.build_bytes_vec().unwrap(), &strays).unwrap();
        let reply = Packet::parse(&reply).unwrap();
        assert_eq!((reply.id(), reply.questions.len()), (7, 1));
        (reply.rcode(), reply.answers.len(), strays.all())
    }

    #[test]
    fn modelled_hosts_are_the_loopback_address_and_no_others_exist() {
        let real = "ciam.ap-tokyo.tencentcloudapi.com";
        assert_eq!(ask(real, TYPE::A), (RCODE::NoError, 1, vec![]));
        // It exists, without such an address.
        assert_eq!(ask(real, TYPE::AAAA), (RCODE::NoError, 0, vec![]));
        assert_eq!(ask("LOCALHOST", TYPE::A), (RCODE::NoError, 1, vec![]));
        for kind in [TYPE::A, TYPE::AAAA] {
            let stray = vec![("cvm.tencentcloudapi.com".to_owned(), 1)];
            assert_eq!(ask("cvm.tencentcloudapi.com", kind), (RCODE::NameError, 0, stray));
        }
        assert_eq!(ask("1.0.0.10.in-addr.arpa", TYPE::PTR), (RCODE::NameError, 0, vec![]));
    }

    #[test]
    fn what_is_no_query_is_not_answered() {
        let strays = Strays::default();
        let answer = Packet::new_reply(1).build_bytes_vec().unwrap();
        for bytes in [&b""[..], b"x", &[0xff; 100], &answer] {
            assert_eq!(reply(bytes, &strays), None);
        }
    }
}
