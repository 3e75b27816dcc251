//! Packets to addresses outside of the seal. None gets there, and each that begins something is a stray.

use std::io::{self, Read as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::thread;

use socket2::{Domain, Protocol, SockFilter, Socket, Type};

use super::strays::Family;
use super::{SealError, Strays};

/// The kernel's numbers of the two protocols whose packets are seen (`linux/if_ether.h`).
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;

/// The parts of a packet that name its target, at most: with all options of IPv4, and the flags of TCP.
const HEAD_MAX: u32 = 60 + 20;

/// Protocols over IP (RFC 5237 names the registry).
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP6: u8 = 58;

/// Instructions of a packet filter: load a byte, compare it, return how much of the packet to keep
/// (`linux/bpf_common.h`).
const LOAD_BYTE: u16 = 0x30;
const JUMP_IF_EQUAL: u16 = 0x15;
const RETURN: u16 = 0x06;

/// Notes strays from now on, in threads of their own.
pub(super) fn watch(strays: &Arc<Strays>) -> Result<(), SealError> {
    let forbidden = |error| SealError::forbidden("packets cannot be watched", error);
    for (kind, target) in [(IPV4, target_v4 as fn(&[u8]) -> Option<String>), (IPV6, target_v6)] {
        let mut socket = socket(kind).map_err(forbidden)?;
        let strays = Arc::clone(strays);
        let serve = move || {
            let mut packet = [0; HEAD_MAX as usize];
            while let Ok(length) = socket.read(&mut packet) {
                if let Some(target) = packet.get(..length).and_then(target) {
                    strays.note(target, Family::V4);
                }
            }
        };
        let thread = thread::Builder::new().name("packets".to_owned());
        thread.spawn(serve).map_err(forbidden)?;
    }
    Ok(())
}

/// A socket that gets the beginnings of all packets of that protocol; of IPv4 none to 127.0.0.0/8.
fn socket(kind: u16) -> io::Result<Socket> {
    let protocol = Protocol::from(i32::from(kind.to_be()));
    let socket = Socket::new(Domain::PACKET, Type::DGRAM, Some(protocol))?;
    let keep = SockFilter::new(RETURN, 0, 0, HEAD_MAX);
    if kind == IPV4 {
        let first_byte_of_target = SockFilter::new(LOAD_BYTE, 0, 0, 16);
        let skip = SockFilter::new(JUMP_IF_EQUAL, 0, 1, 127);
        socket.attach_filter(&[
            first_byte_of_target,
            skip,
            SockFilter::new(RETURN, 0, 0, 0),
            keep,
        ])?;
    } else {
        socket.attach_filter(&[keep])?;
    }
    Ok(socket)
}

/// The target of a packet that begins something.
fn target_v4(packet: &[u8]) -> Option<String> {
    let head = usize::from(packet.first()? & 0x0f) * 4;
    let address: [u8; 4] = packet.get(16..20)?.try_into().ok()?;
    target(Ipv4Addr::from(address).into(), *packet.get(9)?, packet.get(head..)?)
}

/// The same of IPv6. One with extension headers is not taken apart: no client sends any.
fn target_v6(packet: &[u8]) -> Option<String> {
    let address: [u8; 16] = packet.get(24..40)?.try_into().ok()?;
    target(Ipv6Addr::from(address).into(), *packet.get(6)?, packet.get(40..)?)
}

fn target(address: IpAddr, protocol: u8, rest: &[u8]) -> Option<String> {
    if address.is_loopback() || address.is_multicast() {
        return None;
    }
    let port = || Some(u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]));
    let at = |port: u16| std::net::SocketAddr::from((address, port));
    match protocol {
        // Only the first packet of a connection has SYN without ACK.
        TCP if rest.get(13)? & 0x12 == 0x02 => Some(format!("{} (tcp)", at(port()?))),
        UDP => Some(format!("{} (udp)", at(port()?))),
        // Echo requests alone: answers to the others are no tries.
        ICMP if *rest.first()? == 8 => Some(format!("{address} (ping)")),
        ICMP6 if *rest.first()? == 128 => Some(format!("{address} (ping)")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A packet of IPv4 to 198.51.100.7 with that protocol over it.
    fn v4(protocol: u8, rest: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 127, 0, 0, 1];
        packet.extend([198, 51, 100, 7]);
        packet.extend(rest);
        packet
    }

    #[test]
    fn a_try_is_told_from_an_answer() {
        let tcp = |flags| [0x80, 0, 1, 187, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags, 0, 0];
        assert_eq!(target_v4(&v4(TCP, &tcp(0x02))).unwrap(), "198.51.100.7:443 (tcp)");
        assert_eq!(target_v4(&v4(TCP, &tcp(0x12))), None);
        assert_eq!(target_v4(&v4(TCP, &tcp(0x14))), None);
        assert_eq!(target_v4(&v4(UDP, &[0, 1, 0, 53])).unwrap(), "198.51.100.7:53 (udp)");
        assert_eq!(target_v4(&v4(ICMP, &[8])).unwrap(), "198.51.100.7 (ping)");
        assert_eq!(target_v4(&v4(ICMP, &[3])), None);
        let mut v6 = vec![0x60, 0, 0, 0, 0, 0, UDP, 64];
        v6.extend(Ipv6Addr::LOCALHOST.octets());
        v6.extend("2001:db8::7".parse::<Ipv6Addr>().unwrap().octets());
        v6.extend([0, 1, 0, 53]);
        assert_eq!(target_v6(&v6).unwrap(), "[2001:db8::7]:53 (udp)");
    }

    #[test]
    fn a_packet_that_is_cut_short_is_nothing() {
        let whole = v4(TCP, &[0, 0, 1, 187, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x02]);
        assert!(target_v4(&whole).is_some());
        for length in 0..whole.len() {
            assert_eq!(target_v4(&whole[..length]), None, "{length}");
            assert_eq!(target_v6(&whole[..length]), None, "{length}");
        }
    }
}
