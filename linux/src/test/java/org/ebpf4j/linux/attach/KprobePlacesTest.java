package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Ksyscall;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The ways to name a place in the kernel's code, and why some take no probe.
@KernelTest
@Requires(Facility.KPROBES)
class KprobePlacesTest {
  private static final int ENTRIES = 0;
  private static final int RETURNS = 1;
  private static final int CALLS = 3;
  private static final int DIRECTORY = 4;
  private static final int RESULTS = 5;
  private static final int DESCRIPTOR = 6;
  private static final int AT_FDCWD = -100;

  private LoadedObject object;

  @BeforeEach
  void load() {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the object is for x86-64");
    object = LoadedObject.of("attach/probe_plain");
    MarkedThread.countIn(object);
  }

  @AfterEach
  void close() {
    if (object != null) {
      object.close();
    }
  }

  private void seesOpenedFiles(String program, AttachPoint point, int count) throws Exception {
    seesOpenedFiles(program, point, count, "/dev/null");
  }

  private void seesOpenedFiles(String program, AttachPoint point, int count, String path)
      throws Exception {
    OpenedFile.inMarkedThread(path);
    assertThat(object.count(count)).isZero();
    try (var _ = object.program(program).attach(point)) {
      OpenedFile.inMarkedThread(path);
      assertThat(object.count(count)).isPositive();
    }
    var before = object.count(count);
    OpenedFile.inMarkedThread(path);
    assertThat(object.count(count)).isEqualTo(before);
  }

  @Test
  @EffectOf("kprobe")
  void byAddress() throws Exception {
    seesOpenedFiles("entry", Kprobe.at(OpenedFile.address(OpenedFile.FUNCTION)), ENTRIES);
  }

  @Test
  @EffectOf("kretprobe")
  void returnsByAddress() throws Exception {
    seesOpenedFiles("leave", Kretprobe.at(OpenedFile.address(OpenedFile.FUNCTION)), RETURNS);
  }

  @Test
  void inAModule() throws Exception {
    assumeTrue(Files.exists(Path.of("/sys/module/tun")), "the module tun is not loaded");
    seesOpenedFiles("entry", new Kprobe("tun_chr_open").ofModule("tun"), ENTRIES, "/dev/net/tun");
    seesOpenedFiles(
        "leave", new Kretprobe("tun_chr_open").ofModule("tun"), RETURNS, "/dev/net/tun");
  }

  @Test
  void namesMayHaveDots() throws Exception {
    var count = new HashMap<String, Integer>();
    var symbols = OpenedFile.symbols();
    symbols.forEach(s -> count.merge(s[2], 1, Integer::sum));
    var traceable =
        Files.readString(Path.of("/sys/kernel/tracing/available_filter_functions"))
            .lines()
            .collect(java.util.stream.Collectors.toSet());
    var dotted =
        symbols.stream()
            .map(s -> s[2])
            .filter(name -> name.contains(".isra.") || name.contains(".constprop."))
            .filter(name -> count.getOrDefault(name, 0) == 1 && traceable.contains(name))
            .limit(4)
            .toList();
    assertThat(dotted).isNotEmpty();
    for (var name : dotted) {
      try (var link = object.program("entry").attach(new Kprobe(name))) {
        assertThat(link.isOpen()).isTrue();
      }
      object.program("leave").attach(new Kretprobe(name)).close();
    }
  }

  @Test
  @EffectOf("ksyscall")
  void systemCallsAreSeenWithTheirArguments() throws Exception {
    OpenedFile.inMarkedThread();
    try (var link = object.program("call").attach()) {
      assertThat(link.attachPoint()).contains(Ksyscall.entry("openat"));
      OpenedFile.inMarkedThread();
      assertThat(object.count(CALLS)).isPositive();
      assertThat((int) object.count(DIRECTORY)).isEqualTo(AT_FDCWD);
    }
    var before = object.count(CALLS);
    OpenedFile.inMarkedThread();
    assertThat(object.count(CALLS)).isEqualTo(before);
  }

  @Test
  @EffectOf("kretsyscall")
  void systemCallsAreSeenWithTheirResults() throws Exception {
    try (var link = object.program("result").attach()) {
      assertThat(link.attachPoint()).contains(Ksyscall.exit("openat"));
      OpenedFile.inMarkedThread();
      assertThat(object.count(RESULTS)).isPositive();
      assertThat((int) object.count(DESCRIPTOR)).isGreaterThan(2);
    }
    var before = object.count(RESULTS);
    OpenedFile.inMarkedThread();
    assertThat(object.count(RESULTS)).isEqualTo(before);
  }

  @Test
  void unknownSystemCallsAreNamedWithThoseLikeThem() {
    assertThatThrownBy(() -> object.program("call").attach(Ksyscall.entry("opennat")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no system call 'opennat'")
        .hasMessageContaining("openat");
  }

  private String refused(String symbol) {
    return Objects.requireNonNull(refused(new Kprobe(symbol)).getMessage());
  }

  private KernelException refused(Kprobe point) {
    return catchThrowableOfType(
        KernelException.class, () -> object.program("entry").attach(point).close());
  }

  @Test
  void functionsOfTheBlacklistAreCalledThat() throws IOException {
    var blacklist = Path.of("/sys/kernel/debug/kprobes/blacklist");
    assumeTrue(Files.exists(blacklist), "debugfs is not mounted");
    var unique = new HashMap<String, Integer>();
    OpenedFile.symbols().forEach(s -> unique.merge(s[2], 1, Integer::sum));
    var name =
        Files.readAllLines(blacklist).stream()
            .map(line -> line.substring(line.indexOf('\t') + 1))
            .filter(n -> unique.getOrDefault(n, 0) == 1 && n.matches("[a-z]\\w+"))
            .findFirst()
            .orElseThrow();
    assertThat(refused(name))
        .contains("attaching 'entry' to kprobe/" + name)
        .contains("it is on the kernel's blacklist")
        .contains("try: a function that calls it");
  }

  /// Whether the kernel takes probes in code that ftrace leaves out, its configuration says.
  @Test
  void functionsThatFtraceLeavesOutAreCalledThat() throws Exception {
    var text = Files.readString(Path.of("/sys/kernel/tracing/available_filter_functions"));
    var traceable = text.lines().map(l -> l.split(" ")[0]).collect(Collectors.toSet());
    var blacklist = Files.readString(Path.of("/sys/kernel/debug/kprobes/blacklist"));
    var unique = new HashMap<String, Integer>();
    OpenedFile.symbols().forEach(s -> unique.merge(s[2], 1, Integer::sum));
    // Functions that are there in all kernels, some of them marked as notrace.
    var name =
        Stream.of("native_sched_clock", "sched_clock", "ftrace_stub", "__fentry__", "notrace_fn")
            .filter(n -> unique.getOrDefault(n, 0) == 1 && !traceable.contains(n))
            .filter(n -> !blacklist.contains("\t" + n + "\n"))
            .findFirst();
    assumeTrue(name.isPresent(), "the kernel has none of the functions that this test knows");
    assertThat(refused(name.get()))
        .contains("attaching 'entry' to kprobe/" + name.get())
        .contains("it is code that ftrace leaves out (notrace, ")
        .contains("try: a function that calls it, or a tracepoint near it");
  }

  /// Nothing is known of a function that is inlined everywhere.
  @Test
  void functionsThatAreInlinedAreNoSymbols() {
    assertThatThrownBy(() -> object.program("entry").attach(new Kprobe("__fdget_pos_inlined")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("one that the compiler inlined everywhere is none");
  }

  @Test
  void namesOfSeveralFunctionsAreListedWithTheirModules() throws Exception {
    var places = new HashMap<String, List<String>>();
    OpenedFile.symbols().stream()
        .filter(s -> s[1].equalsIgnoreCase("t"))
        .forEach(s ->
            places.merge(
                s[2],
                List.of(s[0]),
                (a, b) -> java.util.stream.Stream.concat(a.stream(), b.stream()).toList()));
    var name = twice(places);
    assertThat(refused(name))
        .contains("several functions have this name: " + name + " at 0x")
        .contains(
            "an address, as in kprobe:0x"
                + Objects.requireNonNull(places.get(name)).getFirst().replaceFirst("^0*", ""));
  }

  private static String twice(java.util.Map<String, List<String>> places) {
    return places.entrySet().stream()
        .filter(e -> e.getValue().size() == 2 && !e.getKey().contains("."))
        .map(java.util.Map.Entry::getKey)
        .sorted()
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFunctionOfAnotherModuleIsShownWithItsOwn() {
    assumeTrue(Files.exists(Path.of("/sys/module/tun")), "the module tun is not loaded");
    assertThatThrownBy(
            () -> object.program("entry").attach(new Kprobe("tun_chr_open").ofModule("veth")))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "no kernel function 'veth:tun_chr_open'. It is tun:tun_chr_open\n"
                + "  try: tun:tun_chr_open");
  }

  @Test
  void variablesAreNoFunctions() {
    assertThatThrownBy(() -> object.program("entry").attach(new Kprobe("jiffies")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("It is a variable of the kernel");
  }

  @Test
  void anAddressThatIsNoCodeIsExplained() {
    assertThat(refused(Kprobe.at(0x1000)))
        .hasMessageContaining("there is no instruction of a function at this address");
  }
}
