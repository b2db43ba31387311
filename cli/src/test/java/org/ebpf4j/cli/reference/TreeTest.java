package org.ebpf4j.cli.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ebpf4j tree`.
@KernelTest
class TreeTest {
  /// A process with a name that means something in HTML, JSON and Graphviz, a program and its map.
  private static Graph graph() {
    var graph = new Graph(new LinkedHashMap<>(), new LinkedHashSet<>());
    for (var node :
        List.of(
            new Graph.Node("prog 1", Graph.Kind.PROGRAM, "prog 1 (a), xdp", "refcount 1", true),
            new Graph.Node("map 2", Graph.Kind.MAP, "map 2 (m), hash", "refcount 2", false),
            new Graph.Node("process 3", Graph.Kind.PROCESS, "<script>x\\\"\033[3]", "", true))) {
      graph.nodes().put(node.id(), node);
    }
    graph.edges().add(new Graph.Edge("prog 1", "map 2", "uses it"));
    graph.edges().add(new Graph.Edge("process 3", "prog 1", "fd 7"));
    graph.edges().add(new Graph.Edge("process 3", "map 2", "fd 8"));
    return graph;
  }

  private static String printed(BiConsumer<Graph, PrintWriter> print) {
    var text = new StringWriter();
    try (var out = new PrintWriter(text)) {
      print.accept(graph(), out);
    }
    return text.toString();
  }

  @Test
  void drawsATreeFromEachHolder() {
    assertThat(printed(GraphText::print))
        .isEqualTo(
            """
            <script>x\\"\\x1b[3]
            ├─ fd 7 → prog 1 (a), xdp: refcount 1
            │  └─ uses it → map 2 (m), hash: refcount 2
            └─ fd 8 → map 2 (m), hash (see above)
            """);
  }

  @Test
  void namesCannotBreakOutOfGraphvizOrThePage() {
    assertThat(printed(GraphText::printDot))
        .contains("\"process 3\" [label=\"<script>x\\\\\\\"\\\\x1b[3]\", shape=ellipse];")
        .contains("\"map 2\" [label=\"map 2 (m), hash\", tooltip=\"refcount 2\", color=red];")
        .contains("\"process 3\" -> \"prog 1\" [label=\"fd 7\"];");
    assertThat(GraphPage.of(graph(), "<title>"))
        .contains("&lt;script&gt;x\\&quot;")
        .doesNotContain("<script>x")
        .doesNotContain("<title><title>")
        .doesNotContain("http:", "https:", "//")
        .contains("default-src 'none'");
    assertThat(printed(GraphText::printJson))
        .contains("{\"id\":\"process 3\",\"kind\":\"process\",\"text\":\"<script>x\\\\\\\"");
  }

  @Test
  void keepsWhatIsConnected() {
    var graph = graph();
    graph
        .nodes()
        .put("map 9", new Graph.Node("map 9", Graph.Kind.MAP, "map 9", "refcount 1", true));
    graph.edges().add(new Graph.Edge("process 3", "map 9", "fd 9"));
    assertThat(graph.around(List.of("prog 1")).nodes())
        .containsOnlyKeys("prog 1", "map 2", "process 3");
  }

  @Test
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.19", because = "links are counted by an iterator since then")
  void showsWhatIsAlive() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")));
        var _ = object.program("count_exec").attach()) {
      var id = object.program("count_exec").id();
      var tree = Cli.run("tree", "prog", id);
      assertThat(tree.status()).isZero();
      assertThat(tree.out())
          .contains("[" + ProcessHandle.current().pid() + "]")
          .containsPattern(
              "─ fd [0-9]+ → prog " + id + " \\(count_exec\\), tracepoint: refcount 3 = 3 ")
          .containsPattern("uses it → map [0-9]+");
      assertThat(Cli.run("tree", "--json").out())
          .startsWith("{\"nodes\":[{\"id\":\"prog ")
          .contains("\"to\":\"prog " + id + "\"");
      assertThat(Cli.run("tree", "--dot").out()).startsWith("digraph bpf {");
    }
  }

  /// The page is opened where there is a browser.
  @Test
  @Requires(Facility.TRACEFS)
  void aBrowserOpensThePage(@TempDir Path directory) throws Exception {
    var browser = browser();
    assumeTrue(!browser.isEmpty(), "no headless browser: chromium or chromium-headless-shell");
    var page = directory.resolve("page.html");
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/maps.bpf.o")))) {
      assertThat(Cli.run("tree", "--html", page).status()).isZero();
      var id = object.program("count_exec").id();
      var shown = shown(browser, directory, page);
      // The script of the page has run, and counts what the browser has drawn.
      assertThat(shown).containsPattern("data-ready=\"[1-9][0-9]* nodes, [1-9][0-9]* edges\"");
      assertThat(shown).contains("<g class=\"node prog").contains("id=\"prog " + id + "\"");
    }
  }

  private static String shown(String browser, Path directory, Path page) throws Exception {
    var process =
        new ProcessBuilder(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + directory.resolve("profile"),
                "--dump-dom",
                page.toUri().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var dom = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return dom;
  }

  private static String browser() throws IOException {
    for (var name : List.of("chromium-headless-shell", "chromium", "google-chrome")) {
      var path = Path.of("/usr/bin", name);
      if (Files.isExecutable(path)) {
        return path.toString();
      }
    }
    return "";
  }
}
