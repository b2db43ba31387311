package org.ebpf4j.linux.inspect;

import java.util.Locale;
import java.util.Optional;

/// A program on a hook of the network, whoever attached it and however.
///
/// @param netns the network namespace; [NetnsInfo#NONE] where it cannot be told, as of netfilter
///   where the kernel's memory cannot be read
/// @param deviceIndex the index of the device in its network namespace; 0 for a hook of no device
/// @param device the name of the device there; empty for a hook of no device
/// @param kind the kind of hook
/// @param programId the id of the program; 0 where the kernel says its name only, as for routes
/// @param programName its name; empty where it cannot be told
/// @param linkId the id of the link that holds it there; 0 for none
/// @param filter the filter that it is; empty for what is no filter of traffic control
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
    Optional<Filter> filter,
    String detail) {
  /// A filter of traffic control.
  ///
  /// @param parent what it is on: `ingress` or `egress`, else the handle of a class, such as `1:0`
  /// @param discipline the kind of queueing discipline, such as `clsact` or `htb`
  /// @param kind its kind, which is `bpf` but for actions of other filters
  /// @param priority the filters of a parent run in the order of these
  /// @param handle its number
  /// @param name the name of its program in traffic control; often empty
  public record Filter(
      String parent, String discipline, String kind, int priority, int handle, String name) {
    /// It in a line: `ingress, bpf, priority 7, handle 0x1`.
    public String describe() {
      return parent
          + ", "
          + kind
          + ", priority "
          + priority
          + ", handle 0x"
          + Integer.toHexString(handle)
          + (name.isEmpty() ? "" : ", name " + name);
    }
  }

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
