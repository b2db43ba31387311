package org.ebpf4j.cli.virtual;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whether an object runs in the virtual kernel, and what happens there.
public final class VirtualOptions {
  @Option(
      names = "--virtual",
      description = {
        "Run it in a kernel inside this process: without root, on any system. Hooks are reached when"
            + " --fire or",
        "a scenario says so."
      })
  private boolean virtual;

  @Option(
      names = "--fire",
      paramLabel = "PLACE[,NAME=VALUE...]",
      description = {
        "This hook of the virtual kernel is reached. NAME is count, after or every (times), cpu, task.pid,"
            + " task.tgid,",
        "task.comm, task.uid, task.gid, or a field of the context."
      })
  private List<String> fire = new ArrayList<>();

  @Option(
      names = "--scenario",
      paramLabel = "FILE",
      description =
          "What happens in the virtual kernel (YAML), in place of NAME.scenario.yaml beside NAME.bpf.o.")
  private @Nullable Path scenario;

  @Option(
      names = "--coverage",
      paramLabel = "DIR",
      description =
          "Write which lines of C and which branches the virtual kernel executed: coverage.txt,"
              + " lcov.info, coverage.html.")
  private @Nullable Path coverage;

  @Option(
      names = "--pcap",
      paramLabel = "IN",
      description =
          "The packets of a capture (pcap, pcapng) come in and go through the programs that see"
              + " packets.")
  private @Nullable Path pcap;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      description = "With --pcap: write the packets that programs let live, as they left them.")
  private @Nullable Path out;

  @Option(
      names = "--trace",
      description =
          "In the virtual kernel: print each instruction that is executed, with registers and line"
              + " of C.")
  private boolean trace;

  @Option(
      names = "--interpret",
      description = "In the virtual kernel: interpret programs, also those that are used much.")
  private boolean interpret;

  @Option(
      names = "--no-verify",
      description =
          "In the virtual kernel: load programs that break rules, too; what one does wrong ends its"
              + " run.")
  private boolean unverified;

  /// Takes an option in its plain form.
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--virtual" -> virtual = value.flag(virtual);
      case "--fire" -> fire.add(value.text());
      case "--scenario" -> scenario = value.path(scenario);
      case "--coverage" -> coverage = value.path(coverage);
      case "--pcap" -> pcap = value.path(pcap);
      case "--out" -> out = value.path(out);
      case "--interpret" -> interpret = value.flag(interpret);
      case "--no-verify" -> unverified = value.flag(unverified);
      case "--trace" -> trace = value.flag(trace);
      default -> {
        return false;
      }
    }
    return true;
  }

  /// Whether the virtual kernel is asked for; what happens there, too, is said of nothing else.
  public boolean isWanted() {
    return virtual
        || trace
        || interpret
        || unverified
        || !fire.isEmpty()
        || scenario != null
        || coverage != null
        || pcap != null;
  }

  /// Whether something happens: said here, or beside the object.
  public boolean hasScenario(Path object) {
    return isWanted() || Scenario.beside(object).isPresent();
  }

  /// Where the scenario has programs attached, as `--attach` says it.
  public List<String> places(Path object) {
    var beside = fire.isEmpty() && pcap == null ? Scenario.beside(object) : Optional.<Path>empty();
    return Optional.ofNullable(scenario)
        .or(() -> beside)
        .map(file -> ScenarioReader.read(file).attach())
        .orElse(List.of());
  }

  /// Refuses an option that wants another.
  ///
  /// @throws UsageException where one is not there
  public void check() {
    if (out != null && pcap == null) {
      throw new UsageException("--out: say with --pcap which packets come in");
    }
  }

  /// Whether each instruction is to be printed.
  public boolean traces() {
    return trace;
  }

  /// The kernel, and what happens in it.
  ///
  /// @param object the file of the object
  /// @param spec what is in it
  /// @param types the types of the kernel, where they were given
  /// @throws UsageException where nothing is said to happen
  public Stage stage(Path object, ObjectSpec spec, Optional<Btf> types) {
    var steps = new ArrayList<Step>();
    for (var text : fire) {
      try {
        steps.add(Firing.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--fire: " + e.getMessage(), e);
      }
    }
    if (pcap != null) {
      steps.add(new Step.Packets(pcap, Optional.ofNullable(out)));
    }
    var file =
        Optional.ofNullable(scenario)
            .or(() -> steps.isEmpty() ? Scenario.beside(object) : Optional.empty());
    var read = file.map(ScenarioReader::read);
    if (read.isEmpty()) {
      if (steps.isEmpty()) {
        throw new UsageException(
            "nothing happens in the virtual kernel: there is no scenario beside "
                + object
                + "; say what does with --fire PLACE or --scenario FILE");
      }
      return new Stage(Scenario.of(steps), spec, types, coverage(object), how());
    }
    steps.addAll(0, read.get().steps());
    var settings = read.get();
    return new Stage(
        new Scenario(
            settings.cpus(),
            settings.seed(),
            settings.task(),
            settings.memory(),
            settings.attach(),
            steps),
        spec,
        types,
        coverage(object),
        how());
  }

  private Stage.How how() {
    return new Stage.How(interpret, !unverified);
  }

  /// What is to be written of what was executed. The source is looked for beside the object.
  private Optional<Stage.Coverage> coverage(Path object) {
    var folder = Optional.ofNullable(object.getParent()).orElse(Path.of("."));
    return Optional.ofNullable(coverage).map(directory -> new Stage.Coverage(directory, folder));
  }
}
