package org.ebpf4j.maven.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The goals, without Maven. The compiler is a script that notes how it was called.
class GoalsTest {
  @TempDir Path folder;

  private final Properties properties = new Properties();
  private final List<String> told = new ArrayList<>();
  private Path sources;
  private Path classes;
  private Path generated;
  private Path programs;

  @BeforeEach
  void folders() throws IOException {
    sources = Files.createDirectories(folder.resolve("src/main/bpf"));
    classes = folder.resolve("target/classes");
    generated = folder.resolve("target/generated");
    programs = Files.createDirectory(folder.resolve("bin"));
    properties.setProperty("sources", sources.toString());
    properties.setProperty("classes", classes.toString());
    properties.setProperty("generated", generated.toString());
    properties.setProperty("state", folder.resolve("target/state").toString());
    properties.setProperty("package", "org.example");
  }

  private final Log log =
      new Log() {
        @Override
        public void info(String text) {
          told.add("I " + text);
        }

        @Override
        public void warn(String text) {
          told.add("W " + text);
        }
      };

  private Request request() {
    return Request.of(properties);
  }

  private void compile() {
    new CompileGoal(request(), log, "", programs.toString()).run();
  }

  private void generate() {
    new GenerateGoal(request(), log).run();
  }

  /// A compiler whose output is the object `execs`; it fails where the program says so.
  private void clang(String name) throws IOException {
    var script = programs.resolve(name);
    Files.writeString(
        script,
        """
        #!/bin/sh
        if [ "$1" = --version ]; then echo "a compiler 1.0"; exit 0; fi
        echo "$PWD $*" >>'%s'
        for last; do :; done
        if grep -q broken *.bpf.c; then echo "execs.bpf.c:3:7: error: broken"; exit 1; fi
        if grep -q helpers *.bpf.c; then echo "x.c:1:10: fatal error: 'bpf/bpf_helpers.h' file not found"; exit 1; fi
        if grep -q odd *.bpf.c; then echo "execs.bpf.c:1:1: warning: odd"; fi
        /bin/cp '%s' "$last"
        """
            .formatted(folder.resolve("calls"), TestObjects.example("tools/execs.bpf.o")));
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  private List<String> calls() throws IOException {
    var file = folder.resolve("calls");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private Path c(String name, String text) throws IOException {
    var file = sources.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void committed(String name) throws IOException {
    Files.copy(TestObjects.example("tools/execs.bpf.o"), sources.resolve(name));
  }

  @Test
  void compilesWhatChanged() throws IOException {
    clang("clang");
    c("execs.bpf.c", "int one;");
    properties.setProperty("option.0", "-DMORE=1");

    compile();
    assertThat(calls()).hasSize(1);
    assertThat(calls().getFirst())
        .startsWith(sources.toRealPath() + " --target=bpfel -g -O2 -mcpu=v3 -Wall")
        .contains(" -DMORE=1 -c execs.bpf.c -o ");
    var object = classes.resolve("org/example/execs.bpf.o");
    assertThat(object).hasSameBinaryContentAs(TestObjects.example("tools/execs.bpf.o"));
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).startsWith("I compiles ").contains("a compiler 1.0");

    var old = FileTime.fromMillis(1_700_000_000_000L);
    Files.setLastModifiedTime(object, old);
    compile();
    assertThat(calls()).hasSize(1);
    assertThat(Files.getLastModifiedTime(object)).isEqualTo(old);

    // A header that it may include, the options, the object itself, and the program.
    c("execs.h", "int two;");
    compile();
    assertThat(calls()).hasSize(2);
    properties.setProperty("option.0", "-DMORE=2");
    compile();
    assertThat(calls()).hasSize(3);
    Files.delete(object);
    compile();
    assertThat(calls()).hasSize(3);
    assertThat(object).exists();
    c("execs.bpf.c", "int three;");
    compile();
    assertThat(calls()).hasSize(4);
  }

  @Test
  void foldersArePackages() throws IOException {
    clang("clang");
    c("net/filter/drop_all.bpf.c", "");
    c("execs.bpf.c", "");
    compile();
    generate();
    assertThat(classes.resolve("net/filter/drop_all.bpf.o")).exists();
    assertThat(Files.readString(generated.resolve("net/filter/DropAll.java")))
        .contains("package net.filter;")
        .contains("resource(DropAll.class, \"drop_all.bpf.o\")");
    assertThat(generated.resolve("org/example/Execs.java")).exists();
  }

  @Test
  void whatDoesNotCompileFailsWithItsLine() throws IOException {
    clang("clang");
    c("execs.bpf.c", "broken");
    assertThatThrownBy(this::compile)
        .isInstanceOf(GoalException.class)
        .hasMessageContaining("execs.bpf.c does not compile:\nexecs.bpf.c:3:7: error: broken");
    // It is tried again, and not remembered as done.
    assertThatThrownBy(this::compile).isInstanceOf(GoalException.class);
    assertThat(calls()).hasSize(2);

    c("execs.bpf.c", "helpers");
    assertThatThrownBy(this::compile)
        .hasMessageContaining("try: the headers of libbpf (Debian: libbpf-dev");

    c("execs.bpf.c", "odd");
    compile();
    assertThat(told).contains("W execs.bpf.c:1:1: warning: odd");
  }

  @Test
  void takesTheNewestClang() throws IOException {
    clang("clang-15");
    clang("clang-19");
    assertThat(Clang.find("", "", programs.toString()).orElseThrow().program())
        .isEqualTo(programs.resolve("clang-19"));
    assertThat(Clang.find("clang-15", "clang-19", programs.toString()).orElseThrow().program())
        .isEqualTo(programs.resolve("clang-15"));
    assertThat(Clang.find("", "clang-15", programs.toString()).orElseThrow().program())
        .isEqualTo(programs.resolve("clang-15"));
    assertThat(Clang.find("", "", folder.toString())).isEmpty();
    assertThatThrownBy(() -> Clang.find("clang-99", "", programs.toString()))
        .isInstanceOf(GoalException.class)
        .hasMessage("there is no compiler 'clang-99', which <clang> names");
    assertThatThrownBy(() -> Clang.find("", "/nowhere/clang", programs.toString()))
        .hasMessage("there is no compiler '/nowhere/clang', which CLANG of the environment names");
  }

  @Test
  void committedObjectsAreTakenWithoutClang() throws IOException {
    c("execs.bpf.c", "");
    assertThatThrownBy(this::compile)
        .isInstanceOf(GoalException.class)
        .hasMessageContaining("execs.bpf.c is not compiled: there is no clang on the PATH")
        .hasMessageContaining("try: install clang")
        .hasMessageContaining("or commit execs.bpf.o beside it");

    committed("execs.bpf.o");
    compile();
    assertThat(classes.resolve("org/example/execs.bpf.o")).exists();
    assertThat(told)
        .containsExactly(
            "W "
                + sources.resolve("execs.bpf.o")
                + " is taken as it was committed, as there is no clang on the PATH");
    told.clear();
    compile();
    assertThat(told).isEmpty();

    properties.setProperty("compile", "always");
    assertThatThrownBy(this::compile).hasMessageContaining("there is no clang on the PATH");
  }

  @Test
  void neverCompilesWhereThatIsSaid() throws IOException {
    clang("clang");
    c("execs.bpf.c", "");
    properties.setProperty("compile", "never");
    assertThatThrownBy(this::compile)
        .hasMessageContaining("execs.bpf.o is not beside it")
        .hasMessageContaining("try: <compile>auto</compile>");
    committed("execs.bpf.o");
    compile();
    assertThat(calls()).isEmpty();
    assertThat(told).allMatch(line -> line.startsWith("I "));

    properties.setProperty("compile", "sometimes");
    assertThatThrownBy(this::compile)
        .hasMessage("<compile>sometimes</compile>: it is auto, always or never");
  }

  @Test
  void classesAreWrittenWhereTheyChangeAndGoWithTheirObjects() throws IOException {
    committed("one.bpf.o");
    committed("two.bpf.o");
    compile();
    generate();
    var one = generated.resolve("org/example/One.java");
    var two = generated.resolve("org/example/Two.java");
    assertThat(one).exists();
    assertThat(two).exists();
    var old = FileTime.fromMillis(1_700_000_000_000L);
    Files.setLastModifiedTime(one, old);

    Files.delete(sources.resolve("two.bpf.o"));
    generate();
    assertThat(Files.getLastModifiedTime(one)).isEqualTo(old);
    assertThat(two).doesNotExist();
    assertThat(told).last().asString().contains("Two.java is removed, as its object is gone");
  }

  @Test
  void whatGeneratingLacksIsSaid() throws IOException {
    committed("one.bpf.o");
    assertThatThrownBy(this::generate)
        .isInstanceOf(GoalException.class)
        .hasMessageContaining("one.bpf.o is not there\n  try: run the goal 'compile'");

    committed("o_ne.bpf.o");
    compile();
    properties.setProperty("event.one.events", "event");
    generate();
    properties.setProperty("event.one.evnts", "event");
    assertThatThrownBy(this::generate)
        .hasMessage("<events> names 'one.evnts', which is no OBJECT.MAP of this project");
    properties.remove("event.one.evnts");

    properties.setProperty("package", "org.my-company");
    compile();
    assertThatThrownBy(this::generate)
        .hasMessageContaining("'org.my-company' is no name of a package in Java")
        .hasMessageContaining("<packageName>");
  }

  @Test
  void twoObjectsDoNotMakeOneClass() throws IOException {
    committed("task_stats.bpf.o");
    committed("taskStats.bpf.o");
    compile();
    assertThatThrownBy(this::generate)
        .hasMessageContaining("two objects make the class TaskStats of package 'org.example'")
        .hasMessageContaining("try: another name for ");
  }

  @Test
  void everyObjectIsLoadedIntoTheVirtualKernel() throws IOException {
    committed("one.bpf.o");
    compile();
    new TestGoal(request(), log).run();
    assertThat(told).last().isEqualTo("I the virtual kernel loads 1 program");

    Files.copy(TestObjects.file("core_undefined_map"), classes.resolve("org/example/two.bpf.o"));
    Files.copy(TestObjects.file("core_undefined_map"), sources.resolve("two.bpf.o"));
    assertThatThrownBy(() -> new TestGoal(request(), log).run()).hasMessageContaining("two.bpf.o");
  }

  @Test
  void programsAreCheckedForKernelsThatAreNotThere() throws IOException {
    committed("one.bpf.o");
    compile();
    Files.copy(TestObjects.file("typed"), sources.resolve("typed.bpf.o"));
    compile();
    properties.setProperty("kernel.0", "6.1");
    properties.setProperty("kernel.1", "6.12");
    told.clear();
    new VerifyGoal(request(), log).run();
    assertThat(told).anyMatch(line -> line.matches("I kernel 6.12 would accept [12] programs?"));

    Files.copy(TestObjects.file("failures/null_unchecked"), sources.resolve("bad.bpf.o"));
    compile();
    assertThatThrownBy(() -> new VerifyGoal(request(), log).run())
        .isInstanceOf(GoalException.class)
        .hasMessageContaining(
            "kernel 6.1 would reject a program:\nbad.bpf.o, program 'f', for 6.1: ")
        .hasMessageContaining("invalid mem access 'map_value_or_null'")
        .hasMessageContaining("at null_unchecked.bpf.c:16");
  }

  @Test
  void kernelsThatAreNoneAreRefused() {
    for (var wrong : List.of("six", "", "6", "6.1=/nowhere/vmlinux")) {
      properties.setProperty("kernel.0", wrong);
      assertThatThrownBy(() -> new VerifyGoal(request(), log).run())
          .isInstanceOf(GoalException.class)
          .hasMessageContaining("<kernel>" + wrong + "</kernel>");
    }
  }

  @Test
  void aFailureIsOnStandardError() throws IOException {
    committed("one.bpf.o");
    var request = folder.resolve("request");
    try (var writer = Files.newBufferedWriter(request)) {
      properties.store(writer, null);
    }
    assertThat(worker("compile", request)).startsWith("0 I ");
    assertThat(worker("generate", request)).startsWith("0 I 1 class written to ");
    Files.write(classes.resolve("org/example/one.bpf.o"), new byte[] {1, 2, 3});
    assertThat(worker("generate", request))
        .startsWith("1 ")
        .contains("one.bpf.o")
        .doesNotContain("Exception");
    assertThat(worker("compile", folder.resolve("nothing"))).contains("cannot be read");
    assertThat(worker("clean", request)).isEqualTo("1 there is no goal 'clean'\n");
  }

  private static String worker(String goal, Path request) {
    var bytes = new ByteArrayOutputStream();
    var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return Worker.status(goal, request, stream, stream)
        + " "
        + bytes.toString(StandardCharsets.UTF_8);
  }
}
