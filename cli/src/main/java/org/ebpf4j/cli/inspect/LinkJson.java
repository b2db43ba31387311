package org.ebpf4j.cli.inspect;

import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.inspect.DeviceInfo;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.LinkType;
import org.ebpf4j.linux.inspect.NetnsInfo;

/// The fields of links in JSON: ours, with names beside numbers, and those of `bpftool -j`.
final class LinkJson {
  private LinkJson() {}

  static void put(Json.Fields json, LinkInfo link) {
    json.put("id", link.id())
        .put("type", link.typeLabel())
        .put("type_number", link.type())
        .put("program_id", link.programId());
    if (link instanceof LinkInfo.Hooked hooked) {
      json.put("attach_type", hooked.attachTypeLabel()).put("attach_type_number", hooked.hook());
    }
    switch (link) {
      case LinkInfo.RawTracepoint l -> json.put("tracepoint", l.name()).put("cookie", l.cookie());
      case LinkInfo.Tracing l ->
          json.put("program_type", l.programTypeLabel())
              .put("target_object", l.targetObject())
              .put("target_type", l.targetType())
              .put("target_name", l.targetName())
              .put("function", l.function())
              .put("cookie", l.cookie());
      case LinkInfo.Cgroup l -> json.put("cgroup", l.cgroup()).put("path", l.path());
      case LinkInfo.Iterator l ->
          json.put("target", l.target())
              .put("map_id", l.map())
              .put("cgroup", l.cgroup())
              .put("path", l.path())
              .put("order", l.cgroup() == 0 ? null : l.orderLabel())
              .put("thread", l.thread())
              .put("process", l.process());
      case LinkInfo.Netns l -> json.putObject("netns", n -> netns(n, l.netns()));
      case LinkInfo.Xdp l -> device(json, l.device());
      case LinkInfo.Tcx l -> device(json, l.device());
      case LinkInfo.Netkit l -> device(json, l.device());
      case LinkInfo.Netfilter l ->
          json.put("family", l.familyLabel())
              .put("hook", l.hookLabel())
              .put("priority", l.priority())
              .put("defrag", l.isDefragmenting());
      case LinkInfo.StructOps l -> json.put("map_id", l.map()).put("map_name", l.mapName());
      case LinkInfo.KprobeMulti l ->
          json.put("return", l.isReturn())
              .put("missed", l.missed())
              .putObjects(
                  "functions",
                  l.functions(),
                  (f, function) ->
                      f.put("address", function.address())
                          .put("name", function.name())
                          .put("offset", function.offset())
                          .put("module", function.module())
                          .put("cookie", function.cookie()));
      case LinkInfo.UprobeMulti l ->
          json.put("return", l.isReturn())
              .put("path", l.path())
              .put("process", l.process())
              .putObjects(
                  "places",
                  l.places(),
                  (p, place) ->
                      p.put("offset", place.offset())
                          .put("semaphore", place.semaphore())
                          .put("cookie", place.cookie()));
      case LinkInfo.Kprobe l ->
          json.put("return", l.isReturn())
              .put("function", l.function())
              .put("offset", l.offset())
              .put("address", l.address())
              .put("missed", l.missed())
              .put("cookie", l.cookie());
      case LinkInfo.Uprobe l ->
          json.put("return", l.isReturn())
              .put("path", l.file())
              .put("offset", l.offset())
              .put("semaphore", l.semaphore())
              .put("cookie", l.cookie());
      case LinkInfo.Tracepoint l -> json.put("tracepoint", l.name()).put("cookie", l.cookie());
      case LinkInfo.PerfCounter l ->
          json.put("event_type", l.eventTypeLabel())
              .put("event_type_number", l.eventType())
              .put("event", l.configLabel())
              .put("config", l.config())
              .put("cookie", l.cookie());
      case LinkInfo.Sockmap l -> json.put("map_id", l.map()).put("map_name", l.mapName());
      case LinkInfo.PerfEvent _, LinkInfo.Other _ -> {
        // The kernel, or this version, knows no more.
      }
    }
    json.put("place", LinkText.place(link));
  }

  private static void device(Json.Fields json, DeviceInfo device) {
    json.put("device", device.name().isEmpty() ? null : device.name())
        .put("device_index", device.index())
        .putObject("netns", n -> netns(n, device.netns()));
  }

  /// A network namespace.
  static void netns(Json.Fields json, NetnsInfo netns) {
    json.put("inode", netns.inode())
        .put("name", netns.name().isEmpty() ? null : netns.name())
        .put("path", netns.path().isEmpty() ? null : netns.path())
        .putKnown("process", netns.process() == 0 ? -1 : netns.process())
        .put("command", netns.command().isEmpty() ? null : netns.command());
  }

  /// As bpftool 7.8 has it, but for the name of a device, which is that in its own network
  /// namespace.
  static void bpftool(Json.Fields json, LinkInfo link) {
    json.put("id", link.id());
    if (LinkType.of(link.type()).isPresent()) {
      json.put("type", link.typeLabel());
    } else {
      json.put("type", link.type());
    }
    json.put("prog_id", link.programId());
    switch (link) {
      case LinkInfo.RawTracepoint l -> json.put("tp_name", l.name()).put("cookie", l.cookie());
      case LinkInfo.Tracing l -> {
        json.put("prog_type", l.programTypeLabel());
        hook(json, l);
        json.put("target_obj_id", l.targetObject())
            .put("target_btf_id", l.targetType())
            .put("cookie", l.cookie());
      }
      case LinkInfo.Cgroup l -> {
        json.put("cgroup_id", l.cgroup());
        hook(json, l);
      }
      case LinkInfo.Iterator l -> iterator(json, l);
      case LinkInfo.Netns l -> {
        json.put("netns_ino", l.netns().inode());
        hook(json, l);
      }
      case LinkInfo.Xdp l -> bpftoolDevice(json, l.device());
      case LinkInfo.Tcx l -> {
        bpftoolDevice(json, l.device());
        hook(json, l);
      }
      case LinkInfo.Netkit l -> {
        bpftoolDevice(json, l.device());
        hook(json, l);
      }
      case LinkInfo.Netfilter l ->
          json.put("pf", l.family())
              .put("hook", l.hookNumber())
              .put("prio", l.priority())
              .put("flags", l.flags());
      case LinkInfo.StructOps l -> json.put("map_id", l.map());
      case LinkInfo.KprobeMulti l ->
          json.put("retprobe", l.isReturn())
              .put("func_cnt", l.functions().size())
              .put("missed", l.missed())
              .putObjects(
                  "funcs",
                  l.functions().stream()
                      .sorted((a, b) -> Long.compareUnsigned(a.address(), b.address()))
                      .toList(),
                  (f, function) ->
                      f.putJson("addr", Long.toUnsignedString(function.address()))
                          .put("func", function.name())
                          .put("module", function.module().isEmpty() ? null : function.module())
                          .put("cookie", function.cookie()));
      case LinkInfo.UprobeMulti l ->
          json.put("retprobe", l.isReturn())
              .put("path", l.path())
              .put("func_cnt", l.places().size())
              .put("pid", l.process())
              .putObjects(
                  "funcs",
                  l.places(),
                  (p, place) ->
                      p.put("offset", place.offset())
                          .put("ref_ctr_offset", place.semaphore())
                          .put("cookie", place.cookie()));
      case LinkInfo.Kprobe l ->
          json.put("retprobe", l.isReturn())
              .putJson("addr", Long.toUnsignedString(l.address()))
              .put("func", l.function())
              .put("offset", l.offset())
              .put("missed", l.missed())
              .put("cookie", l.cookie());
      case LinkInfo.Uprobe l ->
          json.put("retprobe", l.isReturn())
              .put("file", l.file())
              .put("offset", l.offset())
              .put("cookie", l.cookie())
              .put("ref_ctr_offset", l.semaphore());
      case LinkInfo.Tracepoint l -> json.put("tracepoint", l.name()).put("cookie", l.cookie());
      case LinkInfo.PerfCounter l -> counter(json, l);
      case LinkInfo.Sockmap l -> {
        json.put("map_id", l.map());
        hook(json, l);
      }
      case LinkInfo.PerfEvent _, LinkInfo.Other _ -> {
        // No more than the rest.
      }
    }
  }

  private static void hook(Json.Fields json, LinkInfo.Hooked link) {
    if (link.attachType().isPresent()) {
      json.put("attach_type", link.attachTypeLabel());
    } else {
      json.put("attach_type", link.hook());
    }
  }

  private static void iterator(Json.Fields json, LinkInfo.Iterator link) {
    json.put("target_name", link.target());
    switch (link.target()) {
      case "bpf_map_elem", "bpf_sk_storage_map" -> json.put("map_id", link.map());
      case "cgroup" -> json.put("cgroup_id", link.cgroup()).put("order", link.orderLabel());
      default -> {
        if (link.thread() != 0) {
          json.put("tid", link.thread());
        } else if (link.process() != 0) {
          json.put("pid", link.process());
        }
      }
    }
  }

  private static void bpftoolDevice(Json.Fields json, DeviceInfo device) {
    json.put(
            "devname",
            device.index() == 0
                ? "(detached)"
                : device.name().isEmpty() ? "(unknown)" : device.name())
        .put("ifindex", device.index());
  }

  private static void counter(Json.Fields json, LinkInfo.PerfCounter link) {
    if (link.eventType() <= 5) {
      json.put("event_type", link.eventTypeLabel());
    } else {
      json.put("event_type", link.eventType());
    }
    if (link.configLabel().equals(Long.toUnsignedString(link.config()))) {
      json.put("event_config", link.config());
    } else {
      json.put("event_config", link.configLabel());
    }
    json.put("cookie", link.cookie());
  }
}
