package org.ebpf4j.cli.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.NetworkAttachment;
import org.ebpf4j.linux.inspect.NetworkAttachment.Kind;

/// Programs of one network namespace as `bpftool -j net` 7.8 has them, but for its faults: a flow
/// dissector is an object here, where bpftool prints no JSON, and a filter of an `ingress` queueing
/// discipline is there once.
///
/// @param attachments those of the namespace
/// @param netfilter the links of netfilter
record BpftoolNet(List<NetworkAttachment> attachments, List<LinkInfo.Netfilter> netfilter) {
  String json() {
    return "["
        + Json.object(json -> {
          json.putJson("xdp", array(devices().stream().flatMap(this::xdp)))
              .putJson("tc", array(devices().stream().flatMap(this::control)))
              .putJson(
                  "flow_dissector",
                  array(of(Kind.FLOW_DISSECTOR).map(a -> Json.object(o -> o.put("id", id(a))))))
              .putJson("netfilter", array(netfilter.stream().map(BpftoolNet::netfilter)));
        })
        + "]";
  }

  private static String array(Stream<String> objects) {
    return objects.collect(Collectors.joining(",", "[", "]"));
  }

  private static long id(NetworkAttachment attachment) {
    return Integer.toUnsignedLong(attachment.programId());
  }

  private Stream<NetworkAttachment> of(Kind kind) {
    return attachments.stream().filter(a -> a.kind() == kind);
  }

  private List<Integer> devices() {
    return attachments.stream()
        .map(NetworkAttachment::deviceIndex)
        .filter(index -> index != 0)
        .distinct()
        .toList();
  }

  /// The XDP programs of a device: one, or several in modes of their own.
  private Stream<String> xdp(int device) {
    var there = new ArrayList<NetworkAttachment>();
    for (var kind : List.of(Kind.XDP_GENERIC, Kind.XDP_DRIVER, Kind.XDP_HARDWARE)) {
      of(kind).filter(a -> a.deviceIndex() == device).forEach(there::add);
    }
    if (there.isEmpty()) {
      return Stream.empty();
    }
    return Stream.of(
        Json.object(json -> {
          place(json, there.getFirst());
          if (there.size() == 1) {
            mode(json, there.getFirst());
          } else {
            json.putObjects("multi_attachments", there, BpftoolNet::mode);
          }
        }));
  }

  private static void mode(Json.Fields json, NetworkAttachment attachment) {
    json.put(
            "mode",
            switch (attachment.kind()) {
              case XDP_GENERIC -> "generic";
              case XDP_DRIVER -> "driver";
              default -> "offload";
            })
        .put("id", id(attachment));
  }

  private static void place(Json.Fields json, NetworkAttachment attachment) {
    json.put("devname", attachment.device()).put("ifindex", attachment.deviceIndex());
  }

  /// What runs with traffic control on a device: tcx and netkit, then filters.
  private Stream<String> control(int device) {
    Function<Kind, Stream<String>> ordered =
        kind -> of(kind).filter(a -> a.deviceIndex() == device).map(BpftoolNet::ordered);
    return Stream.concat(
        Stream.of(Kind.TCX_INGRESS, Kind.TCX_EGRESS, Kind.NETKIT_PRIMARY, Kind.NETKIT_PEER)
            .flatMap(ordered),
        of(Kind.TC)
            .filter(a -> a.deviceIndex() == device)
            .filter(a -> a.filter().orElseThrow().kind().equals("bpf"))
            .map(BpftoolNet::filter));
  }

  private static String ordered(NetworkAttachment attachment) {
    return Json.object(json -> {
      place(json, attachment);
      json.put("kind", attachment.kind().label().replace('_', '/'));
      if (!attachment.programName().isEmpty()) {
        json.put("name", attachment.programName());
      }
      json.put("prog_id", id(attachment))
          .putStrings("prog_flags", List.of())
          .put("link_id", Integer.toUnsignedLong(attachment.linkId()))
          .putStrings("link_flags", List.of());
    });
  }

  private static String filter(NetworkAttachment attachment) {
    var filter = attachment.filter().orElseThrow();
    return Json.object(json -> {
      place(json, attachment);
      json.put(
          "kind",
          filter.parent().equals("ingress") || filter.parent().equals("egress")
              ? "clsact/" + filter.parent()
              : filter.discipline());
      if (!filter.name().isEmpty()) {
        json.put("name", filter.name());
      }
      json.put("id", id(attachment));
    });
  }

  private static String netfilter(LinkInfo.Netfilter link) {
    return Json.object(json ->
        json.put("pf", link.family())
            .put("hook", link.hookNumber())
            .put("prio", link.priority())
            .put("flags", link.flags())
            .put("id", Integer.toUnsignedLong(link.programId())));
  }
}
