package org.ebpf4j.cli.verify;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.cli.input.KernelOptions;
import org.ebpf4j.cli.input.LogOption;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Debugging;
import org.ebpf4j.cli.process.EndedException;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.Progress;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.source.JavaObject;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j verify`: what the kernel says of each program, of any number of files.
@Command(
    name = "verify",
    addMethodSubcommands = false,
    mixinStandardHelpOptions = true,
    header = "Tell which programs load.",
    description = {
      "Loads each program of each file by itself, attaches none, and prints what the kernel says of"
          + " it: the verdict, how",
      "many instructions the verifier processed, how many states it kept, how long it took. Nothing"
          + " stays loaded, and",
      "nothing stays pinned. A file that cannot be opened does not keep the others from being"
          + " looked at.",
      "",
      "The verdicts: 'ok'; 'rejected', where the kernel, having seen the program, says no; 'error',"
          + " where it did not",
      "come so far. Maps that the object wants to share by a pin are not shared, unless --pin-path"
          + " says where.",
      "",
      "With --offline no kernel is asked, and no privilege is needed: this program's own verifier"
          + " judges, by the rules of",
      "the kernels that --kernel names. What it cannot follow it does not accept ('gave up')."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j verify examples/hello/hello.bpf.o",
      "  ebpf4j verify examples/java/Hello.java",
      "  ebpf4j verify --json examples/sections > before.json",
      "  ebpf4j verify --baseline before.json examples/sections",
      "  find . -name '*.bpf.o' | ebpf4j verify --files-from -",
      "  ebpf4j verify --html why.html program.bpf.o",
      "  ebpf4j verify @arguments",
      "  ebpf4j verify --offline --kernel 5.10,6.1,newest examples/hello/hello.bpf.o",
      "",
      "Exit status: 0 all are ok, 6 some were rejected and none is in error, 1 some are in error."
          + " Where no",
      "file could be opened, 3 or 4 says why. With --baseline:",
      "0 no program is worse than there, 1 some are, 4 of some nothing could be said, for want of a"
          + " privilege or memory."
    })
public final class VerifyCommand implements PlainLine.Command {
  @Parameters(
      arity = "0..*",
      paramLabel = "FILE",
      description =
          "Object files, programs in Java (source files, class files, jars), and directories with files"
              + " named *.o in them.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--files-from",
      paramLabel = "LIST",
      description =
          "Also the files and directories that this file names, one on each line; '-' is standard"
              + " input.")
  private @Nullable String list;

  @Option(names = "--whole", description = "Load the programs of an object together.")
  private boolean whole;

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description = {
        "Compare with what --json or --jsonl printed earlier. A program that was ok then and is not now, or is"
            + " missing, is a",
        "regression. Improvements, other instructions and other work for the verifier (by more than"
            + " 10 %%) are told."
      })
  private @Nullable Path baseline;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description =
          "Also write why programs are rejected to FILE, as a page with the path beside the"
              + " source.")
  private @Nullable Path html;

  @Mixin private final OfflineOptions offline = new OfflineOptions();

  @Mixin private final KernelOptions facts = new KernelOptions();

  @Mixin private final LogOption log = new LogOption();

  private final Debugging main;
  private final Console console;

  private int ok;
  private int rejected;
  private int failed;
  private int unopened;
  private int empty;

  /// What the files that could not be opened would have given each by itself.
  private final Set<Integer> unopenedStatuses = new HashSet<>();

  public VerifyCommand(Console console, Debugging main) {
    this.console = console;
    this.main = main;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--files-from" -> list = value.text(list);
      case "--whole" -> whole = value.flag(whole);
      case "--baseline" -> baseline = value.path(baseline);
      case "--html" -> html = value.path(html);
      default -> {
        return json.option(name, value) || facts.option(name, value) || offline.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return files.add(word);
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() {
    if (log.printed() && json.isJson()) {
      throw new UsageException(
          "--log: with --json, say which file the logs of rejected programs are written to");
    }
    var page = html == null ? null : OutputFile.target(html);
    if (page != null) {
      OutputFile.check(page);
    }
    if (offline.isOffline()) {
      return callOffline(page);
    }
    LinuxKernel.prepare();
    var options = log.in(facts.in(LoadOptions.DEFAULT));
    var before = baseline == null ? null : Baseline.read(baseline);
    var objects = objects();
    var names = objects.names();
    var now = new ArrayList<Baseline.Entry>();
    var explained = new ArrayList<FileVerdict>();
    // Pins that are made on the way are taken away at a signal, too, and an array is closed.
    var ending = Ending.of(null);
    if (facts.sharesMaps()) {
      ending.cleanUp();
    }
    try (var pinned = new MadePins();
        var kernel = LinuxKernel.open(pinned::note)) {
      var verification =
          new FileVerification(
              file -> opened(file, objects.problem(file)),
              (spec, verdicts) ->
                  verify(kernel, spec, options, pinned.removedAfter(withLog(verdicts))),
              this::tellFault);
      verifyAll(
          names,
          verification,
          v -> {
            if (before != null) {
              now.add(Baseline.Entry.of(v));
            }
            if (page != null && v.verdict().explanation().isPresent()) {
              explained.add(v);
            }
          },
          ending);
    }
    if (ending.getAsBoolean()) {
      throw new EndedException("ended by a signal; what was not looked at yet has no verdict");
    }
    err().println(summary(names.size()));
    if (page != null) {
      OutputFile.write(page, ExplanationPage.of(explained));
      err().println("why programs are rejected: " + html);
    }
    if (before != null) {
      if (tell(before.compare(now))) {
        return ExitStatus.FAILED;
      }
      return now.stream().allMatch(Baseline.Entry::judged) ? 0 : ExitStatus.NOT_PERMITTED;
    }
    if (unopened == names.size() && unopenedStatuses.size() == 1) {
      return unopenedStatuses.iterator().next();
    }
    return failed > 0 || unopened > 0 ? ExitStatus.FAILED : rejected > 0 ? ExitStatus.REJECTED : 0;
  }

  private ObjectFiles objects() {
    var objects = new ObjectFiles();
    files.forEach(objects::add);
    if (list != null) {
      objects.addList(list);
    }
    if (objects.names().isEmpty()) {
      throw new UsageException(
          "no file to verify: name a FILE, or a list of some with --files-from");
    }
    return objects;
  }

  private int callOffline(@Nullable Path page) {
    if (baseline != null || whole || log.printed()) {
      throw new UsageException("--offline: goes without --baseline, --whole and --log");
    }
    var objects = objects();
    var all =
        new OfflineCommand(offline, facts, json, console.out(), err())
            .verify(file -> read(file, objects.problem(file)), objects.names());
    if (page != null) {
      OutputFile.write(
          page,
          ExplanationPage.of(
              all.stream()
                  .filter(v -> v.verdict().explanation().isPresent())
                  .map(v -> new FileVerdict(v.file() + " on Linux " + v.kernel(), v.verdict()))
                  .toList()));
      err().println("why programs are rejected: " + html);
    }
    return OfflineCommand.status(all);
  }

  private ObjectSpec opened(String file, String problem) {
    try {
      return read(file, problem);
    } catch (RuntimeException | Error e) {
      unopenedStatuses.add(Failure.of(e).status());
      throw e;
    }
  }

  private ObjectSpec read(String file, String problem) {
    if (!problem.isEmpty()) {
      throw new BpfException(problem);
    }
    var path = Path.of(file);
    var spec = JavaObject.isNamed(path) ? JavaObject.read(path) : ObjectSpec.read(path);
    if (!facts.sharesMaps()) {
      for (var map : spec.maps()) {
        if (map.pinByName()) {
          spec = spec.withMap(map.name(), m -> m.withPinByName(false));
        }
      }
    }
    return spec;
  }

  /// Prints the log of a rejected program above what is said of it, where that is asked for.
  private Consumer<Verdict> withLog(Consumer<Verdict> verdicts) {
    return verdict -> {
      if (log.printed() && !verdict.log().isEmpty()) {
        console.out().print(SafeText.lines(verdict.log()));
      }
      verdicts.accept(verdict);
    };
  }

  private void verify(
      LinuxKernel kernel, ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    if (whole) {
      kernel.verifyWhole(spec, options, verdicts);
    } else {
      kernel.verify(spec, options, verdicts);
    }
  }

  private void verifyAll(
      List<String> names,
      FileVerification verification,
      Consumer<FileVerdict> each,
      BooleanSupplier over) {
    var out = console.out();
    var table = new VerdictTable(out, names);
    try (var list = json.list(out);
        var progress = Progress.of("files", names.size())) {
      for (var name : names) {
        if (over.getAsBoolean()) {
          break;
        }
        verify(
            name,
            verification,
            each,
            verdicts ->
                progress.print(() -> {
                  if (json.isJson()) {
                    verdicts.forEach(verdict -> list.add(verdict.toJson()));
                  } else {
                    table.print(verdicts);
                  }
                  out.flush();
                }));
        progress.addOne();
      }
      if (json.isJson()) {
        list.end();
      }
    }
  }

  private void verify(
      String name,
      FileVerification verification,
      Consumer<FileVerdict> each,
      Consumer<List<FileVerdict>> print) {
    var verdicts = verification.verify(name);
    verdicts.forEach(this::count);
    verdicts.forEach(each);
    if (verdicts.isEmpty()) {
      empty++;
    }
    print.accept(verdicts);
  }

  private void count(FileVerdict each) {
    if (!each.ofProgram()) {
      unopened++;
      return;
    }
    switch (each.verdict().outcome()) {
      case OK -> ok++;
      case REJECTED -> rejected++;
      case ERROR -> failed++;
    }
  }

  private String summary(int fileCount) {
    return plural(ok + rejected + failed, "program")
        + " in "
        + plural(fileCount, "file")
        + ": "
        + ok
        + " ok, "
        + rejected
        + " rejected, "
        + plural(failed, "error")
        + (unopened == 0 ? "" : "; not opened: " + plural(unopened, "file"))
        + (empty == 0 ? "" : "; no programs: " + plural(empty, "file"));
  }

  private static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /// Tells the differences; whether there are regressions.
  private boolean tell(Baseline.Comparison comparison) {
    comparison.notes().forEach(each -> err().println("note: " + each));
    comparison.improvements().forEach(each -> err().println("improvement: " + each));
    comparison.regressions().forEach(each -> err().println("regression: " + each));
    err()
        .println(
            "against "
                + baseline
                + ": "
                + plural(comparison.regressions().size(), "regression")
                + ", "
                + plural(comparison.improvements().size(), "improvement")
                + ", "
                + plural(comparison.notes().size(), "note")
                + (comparison.added() == 0
                    ? ""
                    : "; not in it: " + plural(comparison.added(), "program")));
    return !comparison.regressions().isEmpty();
  }

  private void tellFault(Throwable fault) {
    if (main.debug()) {
      fault.printStackTrace(err());
    }
  }

  private PrintWriter err() {
    return console.err();
  }
}
