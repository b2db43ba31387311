package org.ebpf4j.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.machine.Feature;
import org.ebpf4j.linux.machine.Feature.Basis;
import org.ebpf4j.linux.machine.Feature.Group;
import org.ebpf4j.linux.machine.Features;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel can do, on this machine's, beside what `bpftool feature probe` says of it.
@KernelTest
final class FeatureTest {
  @TempDir private Path directory;

  private static String bpftool() throws Exception {
    var process = new ProcessBuilder("bpftool", "-j", "feature", "probe", "kernel", "full").start();
    process.getOutputStream().close();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text;
  }

  /// What `bpftool` says of the types of a kind, by name.
  private static Map<String, Boolean> types(String json, String kind) {
    return Pattern.compile("\"have_(\\w+)_" + kind + "_type\": ?(true|false)")
        .matcher(json)
        .results()
        .collect(
            java.util.stream.Collectors.toMap(m -> m.group(1), m -> m.group(2).equals("true")));
  }

  private static Set<String> loadable(Iterable<Feature> features, Group group) {
    var names = new TreeSet<String>();
    for (var feature : features) {
      if (feature.group() == group && feature.loadable()) {
        names.add(feature.name());
      }
    }
    return names;
  }

  /// It departs from bpftool in `tracing`: bpftool tries `fentry` only, which a locked kernel
  /// refuses; programs for iterators load.
  @Test
  @Requires(Facility.BPFTOOL)
  void typesAreThoseThatBpftoolFinds() throws Exception {
    var theirs = bpftool();
    var ours = Features.probe(false, true);
    var programs = loadable(ours, Group.PROGRAM_TYPE);
    var maps = loadable(ours, Group.MAP_TYPE);

    var known = types(theirs, "prog");
    assertThat(known).hasSizeGreaterThan(25);
    known.forEach((name, there) -> {
      if (!name.equals("tracing")) {
        assertThat(programs.contains(name)).as("program type " + name).isEqualTo(there);
      }
    });
    var knownMaps = types(theirs, "map");
    assertThat(knownMaps).hasSizeGreaterThan(25);
    knownMaps.forEach(
        (name, there) -> assertThat(maps.contains(name)).as("map type " + name).isEqualTo(there));
  }

  /// An older bpftool takes some helpers for allowed that a newer kernel refuses in other words:
  /// ours are among theirs. Helpers that theirs do not know are left out.
  @Test
  @Requires(Facility.BPFTOOL)
  void helpersAreAmongThoseThatBpftoolFinds() throws Exception {
    var theirs = bpftool();
    var helpers = loadable(Features.probe(true, false), Group.HELPER);
    var all = new HashSet<String>();
    var lists =
        Pattern.compile("\"(\\w+)_available_helpers\": ?\\[([^\\]]*)\\]")
            .matcher(theirs)
            .results()
            .toList();
    lists.forEach(l -> all.addAll(names(l.group(2))));
    var compared = 0;
    for (var list : lists) {
      var theirNames = names(list.group(2));
      if (theirNames.isEmpty()) {
        continue;
      }
      for (var helper : all) {
        if (helpers.contains(list.group(1) + " " + helper)) {
          assertThat(theirNames).as(list.group(1)).contains(helper);
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(500);
  }

  private static Set<String> names(String list) {
    var names = new HashSet<String>();
    Pattern.compile("\"(\\w+)\"").matcher(list).results().forEach(m -> names.add(m.group(1)));
    return names;
  }

  @Test
  @RequiresKernel("6.12")
  void helpersAreTheOnesOfTheType() {
    var helpers = loadable(Features.probe(true, false), Group.HELPER);

    assertThat(helpers)
        .contains(
            "xdp bpf_redirect_map", "sched_cls bpf_skb_store_bytes", "tracepoint bpf_get_stackid")
        .doesNotContain("xdp bpf_skb_store_bytes", "socket_filter bpf_redirect_map");
  }

  /// Programs of these types are made for something of the kernel, for which they are tried.
  @Test
  @RequiresKernel("6.1")
  void helpersOfTypesThatAreMadeForSomethingOfTheKernel() {
    var features = Features.probe(true, false);
    var helpers = loadable(features, Group.HELPER);

    assertThat(helpers)
        .contains("tracing bpf_seq_write", "tracing bpf_get_current_task")
        .doesNotContain("tracing bpf_skb_store_bytes", "tracing bpf_redirect_map");
    var byType = new java.util.TreeMap<String, Set<Basis>>();
    features.stream()
        .filter(f -> f.group() == Group.HELPER)
        .forEach(f ->
            byType.computeIfAbsent(f.name().split(" ")[0], _ -> new HashSet<>()).add(f.basis()));
    assertThat(byType.getOrDefault("ext", Set.of(Basis.NOT_PROBED)))
        .containsExactly(Basis.NOT_PROBED);
    if (byType.getOrDefault("struct_ops", Set.of()).contains(Basis.TRIED)) {
      assertThat(helpers)
          .contains("struct_ops bpf_tcp_send_ack")
          .doesNotContain("struct_ops bpf_seq_write", "struct_ops bpf_redirect_map");
    }
    if (byType.getOrDefault("lsm", Set.of()).contains(Basis.TRIED)) {
      assertThat(helpers)
          .contains("lsm bpf_inode_storage_get")
          .doesNotContain("lsm bpf_redirect_map", "lsm bpf_seq_write");
    }
    assertThat(features)
        .filteredOn(f -> f.basis() == Basis.NOT_PROBED)
        .allMatch(f -> !f.loadable() && f.why().startsWith("not probed: "));
  }

  /// What can be tried is: this process may do all of it.
  @Test
  void placesAreTriedByAttaching() {
    var tried =
        Features.probe(false, true).stream()
            .filter(f -> f.group() == Group.HOOK && f.basis() == Basis.TRIED && f.attachable())
            .map(Feature::name)
            .toList();
    assertThat(tried)
        .contains(
            "tracepoint",
            "raw_tracepoint",
            "perf_event",
            "xdp",
            "tc",
            "flow_dissector",
            "socket",
            "sk_reuseport",
            "sockmap",
            "cgroup",
            "iter");
    assertThat(Features.probe(false, false))
        .filteredOn(f -> f.group() == Group.HOOK && f.loadable())
        .allMatch(f -> f.basis() == Basis.INFERRED);
  }

  @Test
  void whatIsMissingSaysWhyAndNothingStays() {
    var before = Alive.now();

    var features = Features.probe(false, true);

    assertThat(before.newcomers()).isEmpty();
    assertThat(features)
        .filteredOn(f -> !f.attachable())
        .allSatisfy(f -> assertThat(f.why()).as(f.name()).isNotBlank());
    assertThat(features).filteredOn(Feature::attachable).allMatch(f -> f.why().isEmpty());
    assertThat(features).extracting(f -> f.group() + " " + f.name()).doesNotHaveDuplicates();
    var kprobes = Files.exists(Path.of("/sys/bus/event_source/devices/kprobe"));
    assertThat(features)
        .filteredOn(f -> f.group() == Group.HOOK && f.name().equals("kprobe"))
        .singleElement()
        .matches(f -> f.loadable() && f.attachable() == kprobes);
  }

  @Test
  void reportsOfTwoKernelsAreCompared() throws Exception {
    var here = directory.resolve("here.json");
    Files.writeString(here, Cli.run("feature", "--json").out());
    assertThat(Json.readAll(Files.readString(here)))
        .hasSizeGreaterThan(80)
        .allSatisfy(f -> assertThat(f).containsKeys("kernel", "group", "name", "loadable"));
    var same = Cli.run("feature", "diff", here, here, "--json");
    assertThat(same.status()).isZero();
    assertThat(same.out().strip()).isEqualTo("[]");

    var other = directory.resolve("other.jsonl");
    Files.writeString(
        other,
        Cli.run("feature", "--jsonl")
            .out()
            .replace(
                "\"name\":\"xdp\",\"loadable\":true,\"attachable\":true",
                "\"name\":\"xdp\",\"loadable\":true,\"attachable\":false"));
    var differs = Cli.run("feature", "diff", here, other);
    assertThat(differs.status()).isEqualTo(1);
    assertThat(differs.out().lines().skip(1).map(l -> l.replaceAll(" +", " ").strip()))
        .containsExactly("program_type xdp attachable loadable", "hook xdp attachable loadable");

    Files.writeString(other, "[{\"a\":1}]");
    assertThat(Cli.run("feature", "diff", here, other).err())
        .contains("without group or name", "try: give what ebpf4j feature --json printed");
    Files.writeString(other, "nonsense");
    assertThat(Cli.run("feature", "diff", here, other).status()).isEqualTo(1);
  }
}
