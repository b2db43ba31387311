package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;

/// What the examples in the help are run on: for each id, name, pin and file that is named in one,
/// something of the kind. Each has a directory of its own, for files and for pins.
@SuppressWarnings("try") // What is closed may be anything.
final class ExampleFixture implements AutoCloseable {
  private static final Path BPFFS = Path.of("/sys/fs/bpf");
  private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");
  private static final String SHORT = "300ms";

  /// What examples make, so that it may not be there before.
  private static final Set<String> MAKERS = Set.of("load", "map create", "map pin", "link pin");

  /// Files that examples write.
  private static final Set<String> WRITTEN =
      Set.of(
          "made",
          "src/main/java",
          "src/main/resources",
          "execs.jfr",
          "why.html",
          "whole.bpf.o",
          "small.btf",
          "/tmp/bpf.html",
          "vmlinux.h");

  private final Path directory;
  private final Path pins;
  private final LinuxKernel kernel = LinuxKernel.open();
  private final LinuxObject object;
  private final LinuxLink link;
  private final List<AutoCloseable> more = new ArrayList<>();
  private final String line;
  private final List<String> words;

  /// @param line an example without redirections, as words
  ExampleFixture(Path directory, String line, List<String> words) throws IOException {
    this.directory = directory;
    this.line = line;
    this.words = words;
    pins = BPFFS.resolve("ebpf4j-examples-" + ProcessHandle.current().pid());
    Files.createDirectory(pins);
    object = kernel.load(ObjectSpec.read(TestObjects.file("help_examples")));
    link = object.program("count_execs").attach();
  }

  /// The words of the example, with what there is in place of what it names.
  List<String> fitted() throws IOException {
    assertThat(words.getFirst()).isEqualTo("ebpf4j");
    var fitted = new ArrayList<String>();
    for (int i = 1; i < words.size(); i++) {
      fitted.add(fit(i, words.get(i)));
    }
    fill();
    var command = words.get(1);
    if ((command.equals("run") && !line.contains("--help-object"))
        || line.startsWith("ebpf4j top")) {
      limit(fitted);
    }
    if (command.equals("export")) {
      limit(fitted);
      fitted.addAll(List.of("--listen", "127.0.0.1:0"));
    }
    if (line.startsWith("ebpf4j map watch") && !line.contains("--count")) {
      fitted.addAll(List.of("--count", "1", "--every", "10ms"));
    }
    return fitted;
  }

  /// What goes on until Ctrl-C ends soon.
  private static void limit(List<String> fitted) {
    var every = fitted.indexOf("--every");
    if (every >= 0) {
      fitted.set(every + 1, "100ms");
    }
    var listen = fitted.indexOf("--listen");
    if (listen >= 0) {
      fitted.subList(listen, listen + 2).clear();
    }
    var at = fitted.indexOf("--duration");
    if (at >= 0) {
      fitted.set(at + 1, SHORT);
    } else {
      fitted.addAll(List.of("--duration", SHORT));
    }
  }

  private String fit(int at, String word) throws IOException {
    var before = words.get(at - 1);
    var isFirst = at == (words.get(1).equals("map") || words.get(1).equals("link") ? 3 : 4);
    if (before.equals("prog") || (isNumber(word) && words.get(1).equals("prog"))) {
      return isNumber(word) ? String.valueOf(object.program("count_execs").id()) : word;
    }
    if (isNumber(word) && before.equals("--inner")) {
      return id("counts");
    }
    return switch (words.get(1)) {
      case "link" -> isNumber(word) && isFirst ? String.valueOf(link.ids().getFirst()) : file(word);
      case "map" -> isNumber(word) && (isFirst || word.equals("13")) ? id(map()) : named(word);
      case "btf" ->
          !isNumber(word)
              ? file(word)
              : before.equals("map")
                  ? id("by_pid")
                  : String.valueOf(object.program("count_execs").info().types().btfId());
      case "iter" -> isNumber(word) ? iterator() : file(word);
      case "struct_ops" -> isNumber(word) ? structOps() : file(word);
      default -> file(word);
    };
  }

  private String id(String map) {
    return String.valueOf(object.map(map).id());
  }

  /// The map that an example calls 12 is one that has what it names of it.
  private String map() {
    return line.contains("map push") || line.contains("map pop")
        ? "ids"
        : line.contains("value hex 01 00 00 00") ? "small" : "by_pid";
  }

  /// Names are shared with what others have on this machine, ids are not.
  private String named(String word) throws IOException {
    return switch (word) {
      case "counts" ->
          line.contains("value.hits")
                  || line.contains("counts.csv")
                  || line.contains("counts.jsonl")
              ? id("by_pid")
              : id("counts");
      case "jobs" -> id("jobs");
      case "settings" -> id("counts");
      default -> file(word);
    };
  }

  /// A network namespace with a device `veth0`.
  private String network() {
    var name = "ebpf4j-examples-" + ProcessHandle.current().pid();
    assertThat(Session.shell("ip netns add " + name)).isZero();
    more.add(() -> Session.shell("ip netns del " + name));
    assertThat(Session.shell("ip -n " + name + " link add veth0 type veth peer name veth1"))
        .isZero();
    return name;
  }

  private static boolean isNumber(String word) {
    return word.matches("[0-9]+");
  }

  private String file(String word) throws IOException {
    if (word.startsWith("/sys/fs/bpf/")) {
      return pin(word.substring("/sys/fs/bpf/".length()));
    }
    if (word.equals("/sys/fs/cgroup")) {
      return cgroups().toString();
    }
    if (word.startsWith("examples/")) {
      return TestObjects.example(word.substring("examples/".length())).toString();
    }
    if (word.startsWith("xdp:veth0")) {
      return word + ",netns=" + network();
    }
    if (word.startsWith("socket:listen=")) {
      return "socket:listen=127.0.0.1:0";
    }
    if (word.equals("@arguments")) {
      var arguments = directory.resolve("arguments");
      Files.writeString(arguments, TestObjects.example("hello/hello.bpf.o") + "\n");
      return "@" + arguments;
    }
    if (word.startsWith("/usr/local/")) {
      return directory.resolve("man").toString();
    }
    if (WRITTEN.contains(word)) {
      return directory.resolve(Path.of(word).getFileName()).toString();
    }
    return readFile(word);
  }

  /// A file that an example reads.
  private String readFile(String word) throws IOException {
    var file = directory.resolve(Path.of(word).getFileName());
    switch (word) {
      case "program.bpf.o", "probe.bpf.o" -> copy("core/exec.bpf.o", file);
      case "drop.bpf.o" -> copy("sections/xdp.bpf.o", file);
      case "first.bpf.o" -> Files.copy(TestObjects.file("link_first"), file);
      case "second.bpf.o" -> Files.copy(TestObjects.file("link_second"), file);
      case "vmlinux-5.4.btf" -> Files.createSymbolicLink(file, VMLINUX);
      case "before.json" ->
          Files.writeString(
              file, Cli.run("verify", TestObjects.example("sections"), "--json").out());
      case "old.json", "new.json" -> Files.writeString(file, Cli.run("feature", "--json").out());
      case "counts.jsonl", "counts.csv" -> {
        if (!line.contains("map export")) {
          fill();
          assertThat(Cli.run("map", "export", id("by_pid"), file).status()).isZero();
        }
      }
      default -> {
        return word;
      }
    }
    return file.toString();
  }

  private static void copy(String example, Path file) throws IOException {
    Files.copy(TestObjects.example(example), file);
  }

  private String pin(String name) throws IOException {
    var path = pins.resolve(name);
    var two = words.get(1) + " " + words.get(2);
    if (MAKERS.contains(words.get(1)) || MAKERS.contains(two)) {
      return path.toString();
    }
    switch (name) {
      case "hello", "hello/links/hello" -> {
        if (two.equals("link detach")) {
          load(
              TestObjects.example("sections/cgroup.bpf.o"),
              pins.resolve("cgroup"),
              "--attach",
              "cgroup:" + cgroup());
          try (var links = Files.list(pins.resolve("cgroup/links"))) {
            return links.findFirst().orElseThrow().toString();
          }
        } else {
          load(TestObjects.example("hello/hello.bpf.o"), pins.resolve("hello"));
        }
      }
      case "counts", "routes" -> object.map(name).pin(path);
      case "my_link" -> link.pin(path);
      case "tasks" -> {
        iterator();
        return pins.resolve("iterators/links/tasks").toString();
      }
      default -> {
        // Something that is only named.
      }
    }
    return path.toString();
  }

  /// Where cgroups of version 2 are mounted.
  private static Path cgroups() throws IOException {
    try (var mounts = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return mounts
          .filter(mount -> mount.contains(" - cgroup2 "))
          .map(mount -> Path.of(mount.split(" ", -1)[4]))
          .findFirst()
          .orElseThrow();
    }
  }

  /// A cgroup without processes.
  private Path cgroup() throws IOException {
    var cgroup = cgroups().resolve("ebpf4j-examples-" + ProcessHandle.current().pid());
    Files.createDirectory(cgroup);
    more.add(() -> Files.delete(cgroup));
    return cgroup;
  }

  private static void load(Path file, Path to, String... options) {
    var words = new ArrayList<Object>(List.of("load", file, "--pin", to));
    words.addAll(List.of(options));
    var run = Cli.run(words.toArray());
    assertThat(run.status()).as(run.err()).isZero();
  }

  /// The id of a link of an iterator.
  private String iterator() throws IOException {
    var to = pins.resolve("iterators");
    load(
        TestObjects.file("attach/iterators"),
        to,
        "--attach",
        "tasks=iter:task,tid=" + ProcessHandle.current().pid());
    try (var tasks = kernel.openLink(to.resolve("links/tasks"))) {
      return String.valueOf(tasks.ids().getFirst());
    }
  }

  private String structOps() {
    try {
      var operations = kernel.load(ObjectSpec.read(TestObjects.file("load_struct_ops")));
      more.add(operations);
      return String.valueOf(operations.map("at_once").id());
    } catch (BpfException e) {
      assumeTrue(false, "no struct_ops here: " + e.getMessage());
      throw e;
    }
  }

  /// Some entries, among them those that examples ask for.
  private void fill() {
    for (var entry : Map.of("pid=7", "1", "pid=9", "12").entrySet()) {
      Cli.run("map", "set", id("by_pid"), entry.getKey(), "value.hits=" + entry.getValue());
    }
    if (!line.contains("--only-new")) {
      Cli.run("map", "set", id("counts"), "7", "200");
    }
    Cli.run("map", "push", id("ids"), "3");
    Cli.run("map", "push", id("jobs"), "3");
  }

  Path directory() {
    return directory;
  }

  @Override
  public void close() throws Exception {
    link.close();
    object.close();
    List<Path> left;
    try (var files = Files.walk(pins)) {
      left = files.sorted(java.util.Comparator.reverseOrder()).collect(Collectors.toList());
    }
    for (var path : left) {
      Files.delete(path);
    }
    for (var one : more) {
      one.close();
    }
    kernel.close();
  }
}
