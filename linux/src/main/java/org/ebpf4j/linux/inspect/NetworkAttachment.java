package org.ebpf4j.linux.inspect;

import java.util.Locale;

/// A program on a hook of the network, whoever attached it and however.
///
/// @param netns the network namespace; [NetnsInfo#NONE] where it cannot be told, as for netfilter
/// @param deviceIndex the index of the device in its network namespace; 0 for a hook of no device
/// @param device the name of the device there; empty for a hook of no device
/// @param kind the kind of hook
/// @param programId the id of the program; 0 where the kernel says its name only, as for routes
/// @param programName its name; empty where it cannot be told
/// @param linkId the id of the link that holds it there; 0 for none
/// @param detail what else tells it from others there, such as `priority 10, handle 0x1`; often
///   empty
public record NetworkAttachment(
    NetnsInfo netns,
    int deviceIndex,
    String device,
    Kind kind,
    int programId,
    String programName,
    int linkId,
    String detail) {
  /// The kinds of hooks.
  public enum Kind {
    /// XDP in the kernel's generic code.
    XDP_GENERIC,
    /// XDP in the driver of the device.
    XDP_DRIVER,
    /// XDP on the device itself.
    XDP_HARDWARE,
    TCX_INGRESS,
    TCX_EGRESS,
    NETKIT_PRIMARY,
    NETKIT_PEER,
    /// A filter of traffic control.
    TC,
    FLOW_DISSECTOR,
    SK_LOOKUP,
    NETFILTER,
    /// A route with a program.
    ROUTE;

    /// The name in lower case, such as `tcx_ingress`.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
