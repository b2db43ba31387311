package org.ebpf4j.cli.reference;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.OutputFile;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j tree`.
@Command(
    name = "tree",
    mixinStandardHelpOptions = true,
    header = "Show programs, maps, links, pins and processes as one graph.",
    description =
        "Prints what holds objects of the kernel, with what it holds below: a tree from each"
            + " process, pin and hook.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j tree",
      "  ebpf4j tree prog 42",
      "  ebpf4j tree --json",
      "  ebpf4j tree --dot",
      "  ebpf4j tree --html /tmp/bpf.html"
    })
public final class TreeCommand implements PlainLine.Command {
  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(names = "--dot", description = "Print the graph for Graphviz.")
  private boolean dot;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write one page that needs nothing else, with a drawing.")
  private @Nullable Path html;

  @Option(names = "--btf", description = "With types (BTF), which most objects have.")
  private boolean btf;

  @Parameters(
      paramLabel = "KIND WHICH",
      description =
          "Only what is connected with these: prog, map, link or btf; then ids, names or pins.")
  private List<String> words = new ArrayList<>();

  private final Console console;

  public TreeCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--dot" -> dot = value.flag(dot);
      case "--btf" -> btf = value.flag(btf);
      case "--html" -> html = value.path(html);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return words.add(word);
  }

  @Override
  public boolean complete() {
    return words.size() != 1;
  }

  @Override
  public Integer call() {
    if ((json.isJson() ? 1 : 0) + (dot ? 1 : 0) + (html != null ? 1 : 0) > 1) {
      throw new UsageException("one of --json, --dot and --html");
    }
    if (words.size() == 1) {
      throw new UsageException("which " + words.getFirst() + " is missing, such as its id");
    }
    if (html != null) {
      OutputFile.check(html);
    }
    try (var kernel = LinuxKernel.open()) {
      var snapshot = kernel.references();
      var graph = Graph.of(snapshot, btf || (!words.isEmpty() && words.getFirst().equals("btf")));
      if (!words.isEmpty()) {
        graph =
            graph.around(
                WhyCommand.choose(kernel, snapshot, words).stream()
                    .map(r -> r.object().toString())
                    .toList());
      }
      snapshot.notes().forEach(n -> console.err().println("ebpf4j: " + n));
      print(graph);
    }
    console.out().flush();
    return 0;
  }

  private void print(Graph graph) {
    if (html != null) {
      var title =
          "BPF objects, "
              + LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
      var page = GraphPage.of(graph, title);
      OutputFile.write(OutputFile.target(html), page.getBytes(StandardCharsets.UTF_8));
    } else if (json.isJson()) {
      GraphText.printJson(graph, console.out());
    } else if (dot) {
      GraphText.printDot(graph, console.out());
    } else {
      GraphText.print(graph, console.out());
    }
  }
}
