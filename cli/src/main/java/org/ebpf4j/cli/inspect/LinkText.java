package org.ebpf4j.cli.inspect;

import java.util.List;
import java.util.stream.Collectors;
import org.ebpf4j.linux.inspect.DeviceInfo;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.NetnsInfo;

/// Links as people read them.
final class LinkText {
  private LinkText() {}

  /// What a link is on, in a few words; `detached` where it is on nothing any more.
  static String place(LinkInfo link) {
    return switch (link) {
      case LinkInfo.RawTracepoint l -> l.name();
      case LinkInfo.Tracing l ->
          (l.isReplacement() ? "freplace" : l.attachTypeLabel())
              + (l.function().isEmpty() ? "" : " " + owner(l) + l.function());
      case LinkInfo.Cgroup l ->
          l.attachTypeLabel() + " " + (l.path().isEmpty() ? gone("cgroup", l.cgroup()) : l.path());
      case LinkInfo.Iterator l -> l.target() + parameters(l);
      case LinkInfo.Netns l ->
          l.attachTypeLabel()
              + " of "
              + (l.netns().exists() ? l.netns().label() : "none: detached");
      case LinkInfo.Xdp l -> device(l.device());
      case LinkInfo.Tcx l -> l.attachTypeLabel() + " " + device(l.device());
      case LinkInfo.Netkit l -> l.attachTypeLabel() + " " + device(l.device());
      case LinkInfo.Netfilter l ->
          l.familyLabel() + "/" + l.hookLabel() + " priority " + l.priority();
      case LinkInfo.StructOps l -> l.map() == 0 ? "detached" : "map " + l.map() + " " + l.mapName();
      case LinkInfo.KprobeMulti l -> way(l.isReturn()) + functions(l.functions());
      case LinkInfo.UprobeMulti l ->
          way(l.isReturn())
              + l.path()
              + ", "
              + l.places().size()
              + " places"
              + (l.process() == 0 ? "" : " of process " + l.process());
      case LinkInfo.Kprobe l ->
          way(l.isReturn())
              + (l.function().isEmpty()
                  ? "0x" + Long.toHexString(l.address())
                  : l.function() + offset(l.offset()));
      case LinkInfo.Uprobe l -> way(l.isReturn()) + l.file() + offset(l.offset());
      case LinkInfo.Tracepoint l -> l.name();
      case LinkInfo.PerfCounter l -> l.eventTypeLabel() + " " + l.configLabel();
      case LinkInfo.PerfEvent _, LinkInfo.Other _ -> "";
      case LinkInfo.Sockmap l ->
          l.attachTypeLabel()
              + (l.map() == 0 ? ": detached" : " of map " + l.map() + " " + l.mapName());
    };
  }

  private static String owner(LinkInfo.Tracing link) {
    return link.targetName().isEmpty() || link.targetName().equals("vmlinux")
        ? ""
        : link.targetName() + ":";
  }

  private static String gone(String what, long id) {
    return id == 0 ? "none: detached" : what + " " + Long.toUnsignedString(id);
  }

  private static String parameters(LinkInfo.Iterator link) {
    return (link.map() == 0 ? "" : " of map " + link.map())
        + (link.cgroup() == 0
            ? ""
            : " from "
                + (link.path().isEmpty() ? gone("cgroup", link.cgroup()) : link.path())
                + " "
                + link.orderLabel())
        + (link.thread() == 0 ? "" : " of thread " + link.thread())
        + (link.process() == 0 ? "" : " of process " + link.process());
  }

  /// A device with its network namespace where that has a name of some kind.
  static String device(DeviceInfo device) {
    return device.index() == 0
        ? "detached"
        : (device.name().isEmpty() ? "device " + device.index() : device.name())
            + (device.netns().exists() ? " in " + device.netns().label() : "");
  }

  private static String way(boolean isReturn) {
    return isReturn ? "return of " : "";
  }

  private static String offset(long offset) {
    return offset == 0 ? "" : "+0x" + Long.toHexString(offset);
  }

  private static String functions(List<LinkInfo.Function> functions) {
    return functions.size() == 1
        ? function(functions.getFirst())
        : functions.size()
            + " functions"
            + (functions.isEmpty() || functions.getFirst().name().isEmpty()
                ? ""
                : ", " + function(functions.getFirst()) + ", …");
  }

  /// A function with its module: `nf_conntrack:nf_ct_get+0x4`.
  static String function(LinkInfo.Function function) {
    return function.name().isEmpty()
        ? "0x" + Long.toHexString(function.address())
        : (function.module().isEmpty() ? "" : function.module() + ":")
            + function.name()
            + offset(function.offset());
  }

  /// What programs can ask for, where it is one number for the link; empty for none.
  static String cookie(LinkInfo link) {
    var cookie =
        switch (link) {
          case LinkInfo.RawTracepoint l -> l.cookie();
          case LinkInfo.Tracing l -> l.cookie();
          case LinkInfo.Kprobe l -> l.cookie();
          case LinkInfo.Uprobe l -> l.cookie();
          case LinkInfo.Tracepoint l -> l.cookie();
          case LinkInfo.PerfCounter l -> l.cookie();
          default -> 0;
        };
    return cookie == 0 ? "" : Long.toUnsignedString(cookie);
  }

  /// Each of many places, with its cookie.
  static String places(LinkInfo link) {
    return switch (link) {
      case LinkInfo.KprobeMulti l ->
          l.functions().stream()
              .map(f -> function(f) + cookie(f.cookie()))
              .collect(Collectors.joining(", "));
      case LinkInfo.UprobeMulti l ->
          l.places().stream()
              .map(p -> "0x" + Long.toHexString(p.offset()) + cookie(p.cookie()))
              .collect(Collectors.joining(", "));
      default -> "";
    };
  }

  private static String cookie(long cookie) {
    return cookie == 0 ? "" : " (cookie " + Long.toUnsignedString(cookie) + ")";
  }

  /// How often probes were hit and their program was not run; empty for never.
  static String missed(LinkInfo link) {
    var missed =
        switch (link) {
          case LinkInfo.KprobeMulti l -> l.missed();
          case LinkInfo.Kprobe l -> l.missed();
          default -> 0;
        };
    return missed == 0 ? "" : Long.toUnsignedString(missed);
  }

  /// A network namespace: what opens it, or its number.
  static String netns(NetnsInfo netns) {
    return netns.exists() ? netns.label() : "";
  }
}
