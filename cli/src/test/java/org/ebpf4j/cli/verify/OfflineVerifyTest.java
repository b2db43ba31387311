package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Schemas;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/// `ebpf4j verify --offline`, which needs no kernel and no privilege.
class OfflineVerifyTest {
  @TempDir private Path directory;

  /// Refused by each kernel: a function that programs of its type may not call.
  private static Path refused() {
    return TestObjects.file("failures/helper_of_type");
  }

  private static Path hello() {
    return TestObjects.example("hello/hello.bpf.o");
  }

  @Test
  void hasAColumnForEachKernel() {
    var run = Cli.run("verify", "--offline", "--kernel", "5.10,6.1,newest", hello());

    assertThat(run.out().lines().findFirst())
        .hasValueSatisfying(
            line -> assertThat(line).matches("FILE +PROGRAM +5\\.10 +6\\.1 +7\\.3 +INSNS"));
    assertThat(run.out()).contains(" hello ");
    assertThat(run.err()).contains("3 verdicts in 1 file by the rules of Linux 5.10, 6.1, 7.3");
  }

  @Test
  void namesAKernelOnce() {
    var run = Cli.run("verify", "--offline", "--kernel", "7.3", "--kernel", "newest", hello());

    assertThat(run.err()).contains("1 verdicts").contains("Linux 7.3:");
  }

  @Test
  void tellsWhatIsWrongAndWhere() {
    var run = Cli.run("verify", "--offline", refused());

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(run.out()).containsPattern("at instruction [0-9]+, helper_of_type\\.bpf\\.c:[0-9]+");
  }

  @Test
  void printsJsonByItsSchema() {
    var run = Cli.run("verify", "--offline", "--kernel", "6.1,7.3", "--json", refused(), hello());

    Schemas.checkDocument("verify", run.out());
    var first = Json.readAll(run.out()).getFirst();
    assertThat(first).containsEntry("kernel", "6.1").containsKey("rule").containsKey("mend");
  }

  @Test
  void writesReportsForOtherTools() throws Exception {
    var sarif = directory.resolve("verify.sarif");
    var junit = directory.resolve("verify.xml");
    var html = directory.resolve("verify.html");

    Cli.run("verify", "--offline", "--sarif", sarif, "--junit", junit, "--html", html, refused());

    var log = Json.read(Files.readString(sarif));
    assertThat(log).containsEntry("version", "2.1.0");
    assertThat(Files.readString(sarif))
        .contains("\"runs\":[{")
        .contains("\"startLine\":")
        .contains("helper_of_type.bpf.c");
    var suite =
        (Element)
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(junit.toFile())
                .getElementsByTagName("testsuite")
                .item(0);
    assertThat(suite.getAttribute("tests")).isEqualTo("1");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(1);
    assertThat(Files.readString(html)).contains("helper_of_type.bpf.c").contains("on Linux 7.3");
  }

  @Test
  void refusesWhatMeansNothing() {
    assertThat(Cli.run("verify", "--kernel", "6.1", hello()).err())
        .contains("--kernel goes with --offline");
    assertThat(Cli.run("verify", "--offline", "--kernel", "six", hello()).err())
        .contains("'six' is no kernel version");
    assertThat(Cli.run("verify", "--offline", "--whole", hello()).status())
        .isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void saysWhichFileIsNoObject() throws IOException {
    var garbage = Files.writeString(directory.resolve("garbage.o"), "no ELF file");

    var run = Cli.run("verify", "--offline", garbage, hello());

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out()).contains("garbage.o").contains("error").contains(" hello ");
  }
}
