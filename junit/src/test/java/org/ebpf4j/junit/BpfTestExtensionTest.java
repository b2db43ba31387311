package org.ebpf4j.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.junit.KernelKind.LINUX;
import static org.ebpf4j.junit.KernelKind.VIRTUAL;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Kernel;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.TraceStream;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.vm.VirtualKernel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the extension gives to tests, and when it skips or fails them. The classes below are run by
/// the tests here, as those of users are.
class BpfTestExtensionTest {
  private static final String HELLO = "../examples/hello/hello.bpf.o";
  private static final String FILELAT = "../examples/tools/filelat.bpf.o";

  static final List<BpfObject> OBJECTS = new ArrayList<>();

  private static Runs run(Class<?> type) {
    return Runs.of(type, Map.of());
  }

  enum Operation {
    READ,
    WRITE
  }

  static class Methods {
    @BpfTest(object = FILELAT, set = "in_us=0", mapSizes = "starts=7", programs = "enter_read")
    void parameters(
        Kernel kernel,
        VirtualKernel virtual,
        BpfObject object,
        BpfProgram program,
        @Program("enter_read") BpfProgram named,
        @org.ebpf4j.junit.Map("starts") RawMap raw,
        @org.ebpf4j.junit.Map("latency") BpfMap<Operation, byte[]> latency,
        @Variable("in_us") BpfVariable inMicroseconds,
        TraceStream trace,
        Hooks hooks,
        KernelKind kind) {
      OBJECTS.add(object);
      assertThat(kernel).isSameAs(virtual);
      assertThat(object.programs()).hasSize(1);
      assertThat(program).isSameAs(named);
      assertThat(raw.maxEntries()).isEqualTo(7);
      assertThat(latency.count()).isZero();
      assertThat(inMicroseconds.get()).isEqualTo(0);
      assertThat(hooks.kernel()).isEqualTo(kind).isEqualTo(VIRTUAL);
    }

    @BpfTest
    void noObject(Kernel kernel) {
      assertThat(kernel.programIds()).isEmpty();
    }
  }

  @Test
  void parametersAreGivenAndClosed() {
    OBJECTS.clear();
    var runs = run(Methods.class);
    assertThat(runs.messages()).isEmpty();
    assertThat(runs.lines()).contains("noObject(Kernel) [virtual]: SUCCESSFUL").hasSize(2);
    assertThat(OBJECTS)
        .singleElement()
        .satisfies(object ->
            assertThat(object.programs())
                .allSatisfy(program ->
                    assertThat(org.assertj.core.api.Assertions.catchThrowable(program::id))
                        .isInstanceOf(IllegalStateException.class)));
  }

  @BpfTest(object = HELLO)
  static class Classes {
    static final List<String> BEFORE = new ArrayList<>();

    @BeforeEach
    void before(BpfObject object) {
      BEFORE.add(object.name());
    }

    @Test
    void plain(Kernel kernel, BpfProgram hello) {
      assertThat(kernel.programIds()).containsExactly(hello.id());
    }

    @BpfTest(attach = true)
    void withMore(Kernel kernel) {
      assertThat(kernel.linkIds()).hasSize(1);
    }

    @BpfTest(object = FILELAT)
    void another(BpfObject object) {
      assertThat(object.name()).startsWith("filelat");
    }
  }

  @Test
  void testsOfAClassRunForEachKernel() {
    Classes.BEFORE.clear();
    var runs = run(Classes.class);
    assertThat(runs.messages()).isEmpty();
    assertThat(runs.lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("[virtual] ") && line.endsWith(": SUCCESSFUL"));
    assertThat(Classes.BEFORE).containsExactlyInAnyOrder("hello", "hello", "filelat");
  }

  static class Firing {
    @BpfTest(object = HELLO)
    @Fire(value = "tracepoint:syscalls/sys_enter_execve", times = 2)
    void beforeTheMethod(Hooks hooks, TraceStream trace, BpfProgram hello) {
      assertThat(hooks.fired()).hasSize(2);
      assertThat(hello.statistics().runs()).isEqualTo(2);
      assertThat(trace.poll(java.time.Duration.ZERO)).isPresent();
    }

    @BpfTest(object = "../examples/tools/tcpconn.bpf.o")
    @Fire(
        value = "tracepoint:sock/inet_sock_set_state",
        struct = "trace_event_raw_inet_sock_set_state",
        context = {"protocol=6", "oldstate=2", "newstate=1", "dport=0x50"})
    void withAContext(@org.ebpf4j.junit.Map("connects") RawMap connects) {
      assertThat(connects.count()).isEqualTo(1);
    }

    @BpfTest(object = "/bpf/attach_xdp.bpf.o")
    void programsWithoutAPlace(Hooks hooks) {
      var packet = RunInput.packet(new byte[64]);
      assertThat(
              hooks.fire(
                  new org.ebpf4j.attach.Xdp("veth0", org.ebpf4j.attach.Xdp.Mode.GENERIC), packet))
          .isNotEmpty();
    }
  }

  @Test
  void hooksAreReached() {
    var runs = run(Firing.class);
    assertThat(runs.messages()).isEmpty();
    assertThat(runs.lines()).hasSize(3);
  }

  static class Wrong {
    @BpfTest(object = "nothing.bpf.o")
    void noFile() {}

    @BpfTest(object = HELLO, set = "no_such=1")
    void noVariable() {}

    @BpfTest(object = HELLO, set = "text")
    void noValue() {}

    @BpfTest(object = FILELAT)
    void whichProgram(BpfProgram program) {}

    @BpfTest(object = FILELAT)
    void whichMap(RawMap map) {}

    @BpfTest
    void whichObject(BpfObject object) {}

    @BpfTest(object = HELLO)
    @Fire("trace:nowhere")
    void whichHook() {}
  }

  @Test
  void whatIsWrongIsSaid() {
    var messages = run(Wrong.class).messages();
    assertThat(messages.get("noFile() [virtual]"))
        .contains("there is no file 'nothing.bpf.o': not beside " + Wrong.class.getName());
    assertThat(messages.get("noVariable() [virtual]")).contains("no_such");
    assertThat(messages.get("noValue() [virtual]"))
        .isEqualTo("@BpfTest(set = \"text\"): NAME=VALUE is expected");
    assertThat(messages.get("whichProgram(BpfProgram) [virtual]")).contains("@Program(\"NAME\")");
    assertThat(messages.get("whichMap(RawMap) [virtual]")).contains("@Map(\"NAME\")");
    assertThat(messages.get("whichObject(BpfObject) [virtual]"))
        .contains("the test names no object file");
    assertThat(messages.get("whichHook() [virtual]")).contains("tracepoint");
  }

  static class Machine {
    @BpfTest(kernels = LINUX)
    void refused() {
      throw new PermissionException("PROG_LOAD", 1, List.of("CAP_BPF"), "CAP_BPF is missing");
    }

    @BpfTest(kernels = VIRTUAL)
    void here() {
      throw new PermissionException("PROG_LOAD", 1, List.of("CAP_BPF"), "CAP_BPF is missing");
    }

    @BpfTest(kernels = LINUX)
    void virtualAlone(VirtualKernel kernel) {}
  }

  @Test
  void whatLinuxDoesNotLetRunIsSkipped() {
    var runs = Runs.of(Machine.class, Map.of("ebpf4j.linux", "skip"));
    assertThat(runs.lines()).contains("refused() [linux]: ABORTED", "here() [virtual]: FAILED");
    assertThat(runs.messages().get("refused() [linux]"))
        .contains("not on this machine's kernel: CAP_BPF is missing");
    var required = Runs.of(Machine.class, Map.of("ebpf4j.linux", "require"));
    assertThat(required.lines()).contains("refused() [linux]: FAILED");
    assertThat(required.messages().get("refused() [linux]"))
        .contains("CAP_BPF is missing", "ebpf4j.linux=require");
  }

  @BpfCoverage("target/bpf-coverage-of-a-test")
  static class Covered {
    @BpfTest(object = HELLO)
    void one(BpfProgram hello) {
      hello.run(RunInput.none());
    }

    @BpfTest(object = HELLO)
    void other(BpfProgram hello) {
      hello.run(RunInput.none());
    }
  }

  @Test
  void coverageOfAClassAndOfAll(@TempDir Path directory) throws Exception {
    var all = directory.resolve("all");
    var runs =
        Runs.of(
            Covered.class,
            Map.of(
                "ebpf4j.coverage", all.toString(), "ebpf4j.coverage.sources", "../examples/hello"));
    assertThat(runs.messages()).isEmpty();
    var own = Path.of("target/bpf-coverage-of-a-test");
    try {
      for (var place : List.of(all, own)) {
        assertThat(Files.readString(place.resolve("lcov.info")))
            .contains("SF:./hello.bpf.c\nFN:7,hello\nFNDA:2,hello\n");
      }
      assertThat(Files.readString(all.resolve("coverage.html"))).contains("#include");
      assertThat(Files.readString(own.resolve("coverage.html"))).doesNotContain("#include");
    } finally {
      for (var file :
          List.of("coverage.txt", "lcov.info", "coverage.html", "coverage.data", "coverage.lock")) {
        Files.delete(own.resolve(file));
      }
      Files.delete(own);
    }
  }

  @AfterAll
  static void forget() {
    OBJECTS.clear();
  }
}
