package org.ebpf4j.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.reference.FileHolder;
import org.ebpf4j.linux.reference.NetworkPlace;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References;
import org.ebpf4j.linux.reference.Suspect;
import org.junit.jupiter.api.Test;

/// What `ebpf4j why` prints of holders of all kinds.
class ReferenceTextTest {
  private static final String CONTAINER =
      "/system.slice/docker-"
          + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";

  private static final FileHolder.Descriptor ENVOY =
      new FileHolder.Descriptor(812, 812, 7, "envoy", CONTAINER);
  private static final FileHolder.Descriptor PROFILER =
      new FileHolder.Descriptor(90, 93, 4, "py\033spy", "/user.slice/a");
  private static final NetworkPlace DEVICE =
      new NetworkPlace(4026532246L, "/proc/812/ns/net", "eth0", 2, false);

  private static References references(
      ObjectKey key, String type, long counter, List<Reference> found, List<Suspect> suspects) {
    return new References(
        key,
        "count",
        type,
        counter < 0 ? OptionalLong.empty() : OptionalLong.of(counter),
        key.equals(ObjectKey.map(5)) ? OptionalLong.of(1) : OptionalLong.empty(),
        false,
        found,
        suspects);
  }

  private static final References PROGRAM =
      references(
          ObjectKey.program(42),
          "xdp",
          9,
          List.of(
              new Reference.OpenFile(List.of(ENVOY, new FileHolder.InFlight(List.of(PROFILER)))),
              new Reference.Pin(List.of("/sys/fs/bpf/x", "/sys/fs/bpf/y"), false, List.of()),
              new Reference.Xdp(DEVICE, "generic", 0, 2),
              new Reference.Filter(DEVICE, "ingress", "bpf", 5, 1),
              new Reference.Cgroup("/sys/fs/cgroup/a", "cgroup_inet_egress"),
              new Reference.Through("perf_event", "perf event", List.of(PROFILER)),
              new Reference.Slot("prog_array", 5, "jumps", "3")),
          List.of(new Suspect("timer", "a timer or a work queue in one of its maps")));

  private static final References MAP =
      references(
          ObjectKey.map(5),
          "prog_array",
          1,
          List.of(
              new Reference.OpenFile(List.of(new FileHolder.MappedMemory(812, 0x7f00, "envoy")))),
          List.of());

  private static String printed(java.util.function.Consumer<PrintWriter> print) {
    var text = new StringWriter();
    try (var out = new PrintWriter(text)) {
      print.accept(out);
    }
    return text.toString();
  }

  @Test
  void namesHoldersAndWhatMayHoldTheRest() {
    assertThat(printed(out -> ReferenceText.print(out, PROGRAM)))
        .isEqualTo(
            """
            prog 42 (count), xdp: refcount 9 = 8 explained + 1 unexplained
              fd 7 of envoy[812], a message that waits at the unix socket fd 4 of py\\x1bspy[90], in thread 93 alone (container 0123456789ab)
              pin /sys/fs/bpf/x, /sys/fs/bpf/y
              2 by XDP (generic) on eth0 in netns 4026532246 (/proc/812/ns/net)
              tc filter bpf on eth0 in netns 4026532246 (/proc/812/ns/net) ingress (priority 5, handle 0x1)
              cgroup_inet_egress on cgroup /sys/fs/cgroup/a
              perf event, fd 4 of py\\x1bspy[90], in thread 93 alone (/user.slice/a)
              entry 3 of prog_array map 5 (jumps)
              the rest may be held by:
                a timer or a work queue in one of its maps
            """);
  }

  @Test
  void tellsWhenAnArrayOfProgramsIsEmptied() {
    assertThat(printed(out -> ReferenceText.print(out, MAP)))
        .isEqualTo(
            """
            map 5 (count), prog_array: refcount 1 = 1 explained
              memory mapped at 0x7f00 of envoy[812]
              its entries go when the last of 1 descriptor, pin or link goes
            """);
  }

  @Test
  void listsWhatWouldFreeAnObject() {
    var objects = new TreeMap<ObjectKey, References>();
    objects.put(PROGRAM.object(), PROGRAM);
    objects.put(MAP.object(), MAP);
    var text = new StringWriter();
    var console = new Console(new PrintWriter(text), new PrintWriter(text));
    var release = new Release(console, new ReferenceSnapshot(objects, List.of()), PROGRAM);
    release.print(true);
    assertThat(text.toString())
        .isEqualTo(
            """
            prog 42 (count), xdp: refcount 9 = 8 explained + 1 unexplained; nothing is done, this would free it:
              not by this command: close fd 7 in process 812 (envoy), or end it
              not by this command: receive the message at, or close, the unix socket fd 4 of py\\x1bspy[90], in thread 93 alone
              remove pin /sys/fs/bpf/x
              remove pin /sys/fs/bpf/y
              detach it from eth0 in netns 4026532246 (/proc/812/ns/net) (XDP, generic)
              remove tc filter bpf on eth0 in netns 4026532246 (/proc/812/ns/net) ingress (priority 5, handle 0x1)
              detach it from cgroup /sys/fs/cgroup/a (cgroup_inet_egress)
              not by this command: close fd 4 in process 90 (py\\x1bspy), or end it
              remove entry 3 of prog_array map 5 (jumps)
              1 more, of which it is not known who holds them
              maybe a timer or a work queue in one of its maps: left alone
            """);
    assertThat(Json.object(release::json))
        .startsWith(
            "{\"release\":[{\"step\":\"process\",\"object\":\"prog\",\"id\":42,\"depth\":0,"
                + "\"text\":\"close fd 7 in process 812 (envoy), or end it\",\"done\":false}");
  }

  @Test
  void aCountThatIsNotKnownIsNotCalledExplained() {
    assertThat(
            printed(out ->
                ReferenceText.print(
                    out, references(ObjectKey.link(3), "xdp", -1, List.of(), List.of()))))
        .isEqualTo(
            """
            link 3 (count), xdp: refcount not known, 0 found
              nothing was found that holds it
            """);
  }
}
