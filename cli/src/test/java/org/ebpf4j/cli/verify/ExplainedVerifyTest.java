package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/// Why a program is rejected: as text, as JSON, as a page.
@KernelTest
final class ExplainedVerifyTest {
  @TempDir private Path directory;

  private Path object(String name) throws Exception {
    return Files.write(directory.resolve(name + ".bpf.o"), TestObjects.bytes("failures/" + name));
  }

  @Test
  void theMarkIsUnderWhatIsAtFault() throws Exception {
    var lines = Cli.run("verify", object("null_unchecked")).out().lines().toList();

    var at = lines.stream().filter(l -> l.contains("at null_unchecked.bpf.c:16")).toList();
    assertThat(at).hasSize(1);
    var mark = lines.get(lines.indexOf(at.getFirst()) + 1);
    assertThat(mark.strip()).startsWith("^ r0 is the value of ");
    assertThat(mark.indexOf('^')).isEqualTo(at.getFirst().indexOf("+= 1"));
  }

  @Test
  void theLogIsPrintedWhereItIsAskedFor() throws Exception {
    var run = Cli.run("verify", "--log", object("null_unchecked"));

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(run.out())
        .contains("call bpf_map_lookup_elem#1", "processed ")
        .contains("try: compare the result of bpf_map_lookup_elem with null");
    assertThat(Cli.run("verify", "--json", "--log", object("null_unchecked")).status())
        .isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void jsonHasTheStepsAsFields() throws Exception {
    var verdict = Cli.run("verify", "--json", object("null_unchecked")).out();

    assertThat(verdict)
        .contains("\"explanation\":{\"headline\":\"R0 invalid mem access")
        .contains("\"register\":{\"name\":\"r0\",")
        .contains("\"at\":{\"kind\":\"fault\",\"instruction\":7,")
        .contains("\"path\":[{\"kind\":\"origin\",\"instruction\":6,")
        .contains("\"line\":16,\"column\":");
    var refused = Cli.run("run", "--jsonl", object("null_unchecked"));
    assertThat(refused.err()).contains("\"status\":6,\"explanation\":{\"headline\":\"R0 ");
  }

  @Test
  void thePageHasThePathBesideTheSource() throws Exception {
    var page = directory.resolve("why.html");

    var run =
        Cli.run("verify", "--html", page, object("null_unchecked"), object("reference_leaked"));

    assertThat(run.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(run.err()).contains("why programs are rejected: " + page);
    var document =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(Files.readAllBytes(page)));
    var ids = new HashSet<String>();
    var spans = document.getElementsByTagName("span");
    for (int i = 0; i < spans.getLength(); i++) {
      assertThat(ids.add(((Element) spans.item(i)).getAttribute("id"))).isTrue();
    }
    var links = document.getElementsByTagName("a");
    assertThat(links.getLength()).isEqualTo(2 + 4);
    for (int i = 0; i < links.getLength(); i++) {
      var target = ((Element) links.item(i)).getAttribute("href");
      assertThat(target).startsWith("#");
      assertThat(ids).contains(target.substring(1));
    }
    assertThat(document.getElementsByTagName("mark").getLength()).isEqualTo(2 + 4);
    assertThat(document.getElementsByTagName("section").getLength()).isEqualTo(2);
    assertThat(Files.readString(page)).doesNotContain("http:", "https:", "<script", "src=");
  }

  @Test
  void aPageThatCannotBeWrittenIsToldBeforeAnythingIsLoaded() throws Exception {
    var run = Cli.run("verify", "--html", directory, object("null_unchecked"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("not a file");
  }
}
