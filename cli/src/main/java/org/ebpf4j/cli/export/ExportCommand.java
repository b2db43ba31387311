package org.ebpf4j.cli.export;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.cli.input.KernelAddresses;
import org.ebpf4j.cli.input.KernelOptions;
import org.ebpf4j.cli.input.ObjectOptions;
import org.ebpf4j.cli.place.AttachHelp;
import org.ebpf4j.cli.place.Placement;
import org.ebpf4j.cli.place.Target;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `ebpf4j export`: what programs count, for whatever keeps and shows metrics.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    header = "Serve what programs count to monitoring systems.",
    description =
        "Loads and attaches programs, and serves what their maps hold in the form that a system"
            + " wants.",
    subcommands = ExportCommand.Prometheus.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j export prometheus examples/tools/filelat.yaml",
      "  ebpf4j export prometheus examples/tools/tcpconn.yaml --once --duration 10s"
    })
public final class ExportCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }

  /// `ebpf4j export prometheus`: serves Prometheus' text format.
  @Command(
      name = "prometheus",
      modelTransformer = AttachHelp.class,
      mixinStandardHelpOptions = true,
      header = "Serve maps and the statistics of programs as Prometheus' text format.",
      description = {
        "Loads and attaches the objects that CONFIG names, and serves what it makes of their maps"
            + " at /metrics, until",
        "Ctrl-C. CONFIG is YAML in the form of ebpf_exporter."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  ebpf4j export prometheus examples/tools/filelat.yaml",
        "  ebpf4j export prometheus examples/tools/filelat.yaml --listen 0.0.0.0:9435",
        "  ebpf4j export prometheus examples/tools/tcpconn.yaml --once --duration 10s"
      })
  static final class Prometheus implements Callable<Integer> {
    private static final Duration TURN = Duration.ofMillis(200);

    private static final Pattern NAMESPACE = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

    @Mixin private final KernelOptions facts = new KernelOptions();

    @Mixin private final ObjectOptions changes = new ObjectOptions();

    @Parameters(index = "0", paramLabel = "CONFIG", description = "What to serve, as YAML.")
    private @Nullable Path config;

    @Parameters(
        index = "1..*",
        paramLabel = "FILE",
        description = {
          "Object files, in place of those that CONFIG names. Where it names none, it is the one"
              + " beside it with its name",
          "and .bpf.o."
        })
    private List<Path> files = new ArrayList<>();

    @Option(
        names = "--listen",
        paramLabel = "ADDRESS:PORT",
        defaultValue = "127.0.0.1:9435",
        description = "Where to serve; ${DEFAULT-VALUE} if not said. Port 0 is any that is free.")
    private String listen = "";

    @Option(
        names = "--namespace",
        paramLabel = "NAME",
        defaultValue = "ebpf4j",
        description = {
          "What is put before the names of metrics, with an underscore; ${DEFAULT-VALUE} if not said.",
          "ebpf_exporter's dashboards want ebpf_exporter."
        })
    private String namespace = "";

    @Option(
        names = "--spans",
        paramLabel = "FILE",
        description =
            "Where spans of traces go, as lines of OTLP's JSON; to standard output if not said.")
    private @Nullable Path spans;

    @Option(
        names = "--dry-run",
        description = "Say what would be loaded and attached, and do nothing.")
    private boolean dryRun;

    @Option(names = "--once", description = "Print the text once instead of serving it, and end.")
    private boolean once;

    @Option(
        names = "--duration",
        paramLabel = "TIME",
        converter = DurationConverter.class,
        description =
            "End after this time, such as 10s or 2m, instead of at Ctrl-C; with --once, print"
                + " then.")
    private @Nullable Duration duration;

    @Option(
        names = "--attach",
        paramLabel = "PLACE",
        description =
            "Where a program goes whose section does not say, or goes instead: [PROGRAM=]KIND:REST.")
    private List<String> attach = new ArrayList<>();

    @Option(
        names = "--keep-going",
        description = "If a program does not load or attach, say so, and go on with the others.")
    private boolean keepGoing;

    @Spec private @Nullable CommandSpec command;

    private CommandLine line() {
      return Objects.requireNonNull(command).commandLine();
    }

    @Override
    public Integer call() {
      var address = parsed("--listen", listen, SocketFilter::address);
      var targets = attach.stream().map(a -> parsed("--attach", a, Target::parse)).toList();
      if (!NAMESPACE.matcher(namespace).matches()) {
        throw new CommandLine.ParameterException(
            line(), "--namespace: '" + namespace + "' is no start of a metric's name");
      }
      var read = MetricsConfigReader.read(Objects.requireNonNull(config));
      var serves =
          !read.metrics().isEmpty() || !read.programs().isEmpty() || !read.maps().isEmpty();
      if (once && serves && !read.spans().isEmpty() && spans == null) {
        throw new CommandLine.ParameterException(
            line(), "--once prints metrics; say with --spans FILE where the spans go");
      }
      var objects = objects(read);
      if (objects.size() > 1 && !(targets.isEmpty() && changes.isEmpty())) {
        throw new CommandLine.ParameterException(
            line(),
            (targets.isEmpty() ? "what changes an object, such as --set," : "--attach")
                + " goes with one object only");
      }
      var specs = addresses(read, objects.stream().map(ObjectSpec::read).map(changes::in).toList());
      var placements = specs.stream().map(s -> placed(s, targets)).toList();
      if (dryRun) {
        placements.forEach(
            p -> p.steps(true).forEach(step -> line().getOut().println(SafeText.line(step))));
        return 0;
      }
      var err = line().getErr();
      var ending = Ending.of(once && duration == null ? Duration.ZERO : duration);
      StandardOutput.neverBlockAfter(line().getOut(), ending);
      var setting =
          new ExportSetting(
              namespace,
              Numbers.ofMachine(),
              new Complaints(e -> err.println("ebpf4j: " + e)),
              spanWriter(),
              ending::end);
      try (var kernel = LinuxKernel.open();
          var all = new AttachedObjects(err::println)) {
        if (!read.programs().isEmpty()) {
          all.countRuns(kernel);
        }
        for (int i = 0; i < specs.size(); i++) {
          all.load(
              kernel, placements.get(i), facts.in(LoadOptions.DEFAULT.withKeepGoing(keepGoing)));
        }
        try (var exporter = new Exporter(read, kernel, all.objects(), setting)) {
          ending.cleanUp();
          exporter.start();
          all.attach(kernel, keepGoing);
          ending.begin();
          if (serves && !once) {
            serve(address, exporter, ending, all);
          } else {
            if (!once) {
              line()
                  .getErr()
                  .println("writing spans to " + (spans == null ? "standard output" : spans));
              line().getErr().flush();
            }
            await(ending, all);
          }
          exporter.checkOutput();
          if (serves && once) {
            line().getOut().print(exporter.printable());
            line().getOut().flush();
          }
          return exporter.isComplete() || !once ? 0 : ExitStatus.FAILED;
        }
      } finally {
        if (spans != null) {
          setting.spans().close();
        }
      }
    }

    private PrintWriter spanWriter() {
      if (spans == null) {
        return line().getOut();
      }
      try {
        return new PrintWriter(
            Files.newBufferedWriter(
                spans,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND));
      } catch (IOException e) {
        throw FileError.of(spans, "written", e);
      }
    }

    /// The objects with the addresses that they are to have in variables.
    private static List<ObjectSpec> addresses(MetricsConfig read, List<ObjectSpec> specs) {
      var result = new ArrayList<>(specs);
      for (var address : read.addresses()) {
        var variable = "kaddr_" + address.symbol();
        var wanted =
            specs.stream()
                .filter(s -> s.variables().stream().anyMatch(v -> v.name().equals(variable)))
                .toList();
        if (wanted.isEmpty()) {
          throw new BpfException(
              address.place()
                  + ": kaddrs: no object has a variable '"
                  + variable
                  + "' for the address of '"
                  + address.symbol()
                  + "'");
        }
        var value = KernelAddresses.address(address.symbol());
        for (int i = 0; i < result.size(); i++) {
          if (wanted.contains(specs.get(i))) {
            result.set(i, result.get(i).withVariable(variable, "0x" + Long.toHexString(value)));
          }
        }
      }
      return result;
    }

    private Placement placed(ObjectSpec spec, List<Target> targets) {
      var placement = Placement.of(spec, targets.isEmpty() ? ForeignSections.of(spec) : targets);
      if (keepGoing) {
        placement.requireAny();
      } else {
        placement.requireAll();
      }
      return placement;
    }

    private <T> T parsed(
        String option, String text, java.util.function.Function<String, T> parser) {
      try {
        return parser.apply(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.ParameterException(line(), option + ": " + e.getMessage(), e);
      }
    }

    private List<Path> objects(MetricsConfig read) {
      if (!files.isEmpty()) {
        return files;
      }
      if (!read.objects().isEmpty()) {
        return read.objects();
      }
      var name = String.valueOf(read.file().getFileName()).replaceFirst("\\.ya?ml$", "");
      return List.of(read.file().resolveSibling(name + ".bpf.o"));
    }

    private void serve(
        InetSocketAddress address, Exporter exporter, Ending ending, AttachedObjects all) {
      var err = line().getErr();
      try (var server =
          MetricsServer.start(
              address, ServerLimits.DEFAULT, exporter::text, e -> err.println("ebpf4j: " + e))) {
        var host = server.address().getAddress().getHostAddress();
        err.println(
            "serving http://"
                + (host.contains(":") ? "[" + host + "]" : host)
                + ":"
                + server.address().getPort()
                + "/metrics");
        err.flush();
        await(ending, all);
      }
    }

    private static void await(Ending ending, AttachedObjects all) {
      while (!ending.getAsBoolean()) {
        ending.await(TURN);
        all.dismissConnections();
      }
    }
  }
}
