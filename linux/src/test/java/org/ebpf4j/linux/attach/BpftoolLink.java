package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.testkit.Facility;

/// What `bpftool -j link show id N` prints, held against a record key by key: each key that it
/// prints must have the value that the record has. Older ones print less, and numbers of types that
/// they do not know.
final class BpftoolLink {
  private static final Pattern FIELD =
      Pattern.compile("\"([a-z_]+)\":(\"(?:[^\"\\\\]|\\\\.)*\"|-?[0-9]+|true|false|null)");

  /// Runs a command: what it prints.
  interface Runner {
    String run(String... command) throws Exception;
  }

  private BpftoolLink() {}

  private static String run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  static void compare(LinkInfo info) throws Exception {
    compare(info, BpftoolLink::run);
  }

  /// Newer ones fail after they have said all but which processes there are.
  ///
  /// @param runner where bpftool finds the name of a device
  static void compare(LinkInfo info, Runner runner) throws Exception {
    if (Facility.BPFTOOL.missing().isPresent()) {
      return;
    }
    var output = runner.run("sh", "-c", "bpftool -j link show id " + info.id() + " || true");
    var expected = expected(info);
    var seen = new HashMap<String, List<String>>();
    var fields = FIELD.matcher(output);
    while (fields.find()) {
      seen.computeIfAbsent(fields.group(1), _ -> new ArrayList<>()).add(fields.group(2));
    }
    seen.keySet().removeAll(List.of("pid", "comm", "bpf_cookie"));
    assertThat(seen).as(output).isNotEmpty();
    assertThat(seen.remove("type"))
        .as(output)
        .isSubsetOf(quoted(info.typeLabel()), "" + info.type());
    var hook = seen.remove("attach_type");
    if (hook != null && info instanceof LinkInfo.Hooked hooked) {
      assertThat(hook).as(output).isSubsetOf(quoted(hooked.attachTypeLabel()), "" + hooked.hook());
    }
    seen.forEach((key, values) ->
        assertThat(expected.get(key)).as("%s in %s", key, output).isEqualTo(values));
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }

  /// The values of each key, in their order.
  private static Map<String, List<String>> expected(LinkInfo info) {
    var keys = new HashMap<String, List<String>>();
    put(keys, "id", info.id());
    put(keys, "prog_id", info.programId());
    switch (info) {
      case LinkInfo.RawTracepoint raw -> {
        put(keys, "tp_name", quoted(raw.name()));
        put(keys, "cookie", raw.cookie());
      }
      case LinkInfo.Tracing tracing -> {
        put(keys, "prog_type", quoted(tracing.programTypeLabel()));
        put(keys, "target_obj_id", tracing.targetObject());
        put(keys, "target_btf_id", tracing.targetType());
        put(keys, "cookie", tracing.cookie());
      }
      case LinkInfo.Cgroup cgroup -> put(keys, "cgroup_id", cgroup.cgroup());
      case LinkInfo.Iterator iterator -> {
        put(keys, "target_name", quoted(iterator.target()));
        put(keys, "map_id", iterator.map());
        put(keys, "cgroup_id", iterator.cgroup());
        put(keys, "order", quoted(iterator.orderLabel()));
        put(keys, "tid", iterator.thread());
        put(keys, "pid", iterator.process());
      }
      case LinkInfo.Netns netns -> put(keys, "netns_ino", netns.netns().inode());
      case LinkInfo.Xdp xdp -> {
        put(keys, "devname", quoted(xdp.device().name()));
        put(keys, "ifindex", xdp.device().index());
      }
      case LinkInfo.Tcx tcx -> {
        put(keys, "devname", quoted(tcx.device().name()));
        put(keys, "ifindex", tcx.device().index());
      }
      case LinkInfo.Netkit netkit -> {
        put(keys, "devname", quoted(netkit.device().name()));
        put(keys, "ifindex", netkit.device().index());
      }
      case LinkInfo.Netfilter netfilter -> {
        put(keys, "pf", netfilter.family());
        put(keys, "hook", netfilter.hookNumber());
        put(keys, "prio", netfilter.priority());
        put(keys, "flags", netfilter.flags());
      }
      case LinkInfo.StructOps structOps -> put(keys, "map_id", structOps.map());
      case LinkInfo.KprobeMulti multi -> {
        put(keys, "retprobe", multi.isReturn());
        put(keys, "func_cnt", multi.functions().size());
        put(keys, "missed", multi.missed());
        for (var function : multi.functions()) {
          put(keys, "addr", Long.toUnsignedString(function.address()));
          put(keys, "func", quoted(function.name()));
          put(keys, "module", function.module().isEmpty() ? "null" : quoted(function.module()));
          put(keys, "cookie", function.cookie());
        }
      }
      case LinkInfo.UprobeMulti multi -> {
        put(keys, "retprobe", multi.isReturn());
        put(keys, "path", quoted(multi.path()));
        put(keys, "func_cnt", multi.places().size());
        put(keys, "pid", multi.process());
        for (var place : multi.places()) {
          put(keys, "offset", place.offset());
          put(keys, "ref_ctr_offset", place.semaphore());
          put(keys, "cookie", place.cookie());
        }
      }
      case LinkInfo.Kprobe probe -> {
        put(keys, "retprobe", probe.isReturn());
        put(keys, "addr", Long.toUnsignedString(probe.address()));
        put(keys, "func", quoted(probe.function()));
        put(keys, "offset", probe.offset());
        put(keys, "missed", probe.missed());
        put(keys, "cookie", probe.cookie());
      }
      case LinkInfo.Uprobe probe -> {
        put(keys, "retprobe", probe.isReturn());
        put(keys, "file", quoted(probe.file()));
        put(keys, "offset", probe.offset());
        put(keys, "cookie", probe.cookie());
        put(keys, "ref_ctr_offset", probe.semaphore());
      }
      case LinkInfo.Tracepoint tracepoint -> {
        put(keys, "tracepoint", quoted(tracepoint.name()));
        put(keys, "cookie", tracepoint.cookie());
      }
      case LinkInfo.PerfCounter counter -> {
        // Numbers that bpftool has no name for.
        var known = counter.eventType() <= 1;
        put(keys, "event_type", known ? quoted(counter.eventTypeLabel()) : counter.eventType());
        put(keys, "event_config", known ? quoted(counter.configLabel()) : counter.config());
        put(keys, "cookie", counter.cookie());
      }
      case LinkInfo.PerfEvent _, LinkInfo.Other _ -> {
        // No more than the rest.
      }
      case LinkInfo.Sockmap sockmap -> put(keys, "map_id", sockmap.map());
    }
    return keys;
  }

  private static void put(Map<String, List<String>> keys, String key, Object value) {
    keys.computeIfAbsent(key, _ -> new ArrayList<>()).add(value.toString());
  }
}
