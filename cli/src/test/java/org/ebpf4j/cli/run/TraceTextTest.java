package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.ebpf4j.TraceLine;
import org.ebpf4j.cli.text.JsonList;
import org.junit.jupiter.api.Test;

/// Lines of the trace pipe, whatever names tasks give themselves.
class TraceTextTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private void print(boolean raw, boolean json, String... lines) {
    var printer = new PrintWriter(out);
    var text =
        new TraceText(
            printer, new PrintWriter(err), raw, json ? new JsonList(printer, true) : null);
    for (var line : lines) {
      text.print(TraceLine.parse(line));
    }
    text.flush();
  }

  private static final String EVENT =
      "            bash-4711    [002] d..21    12.345678: bpf_trace_printk: Hello";

  @Test
  void anEventIsALine() {
    print(false, false, EVENT);

    assertThat(out).hasToString("     12.345678  bash                4711  cpu 2   Hello\n");
  }

  @Test
  void aLineBreakInTheNameOfATaskForgesNoLine() {
    print(
        false,
        false,
        "        new",
        "line-4711    [002] d..21    12.345678: bpf_trace_printk: Hello",
        EVENT);

    assertThat(out.toString().lines())
        .containsExactly(
            "     12.345678  new\\x0aline         4711  cpu 2   Hello",
            "     12.345678  bash                4711  cpu 2   Hello");
  }

  @Test
  void inJsonTheNameIsTheName() {
    print(
        false,
        true,
        "        new",
        "line-4711    [002] d..21    12.345678: bpf_trace_printk: a\033\u202e");

    assertThat(out)
        .hasToString(
            "{\"trace\":\"a\\u001B\\u202e\",\"event\":\"bpf_trace_printk\",\"task\":\"new\\nline\","
                + "\"pid\":4711,\"cpu\":2,\"seconds\":12.345678}\n");
  }

  @Test
  void furtherLinesOfATextAreNotTakenForEvents() {
    print(false, false, EVENT, "more", "    99.000000  root       1  cpu 0   fine");

    assertThat(out.toString().lines().skip(1)).allMatch(line -> line.startsWith(" ".repeat(50)));
  }

  @Test
  void ordersToATerminalAreShown() {
    print(
        false,
        false,
        "      esc\033[31mre-4711    [002] d..21    12.345678: bpf_trace_printk: \007\u009b2J");

    assertThat(out.toString()).contains("esc\\x1b[31mre").contains("\\x07\\u009b2J");
  }

  @Test
  void rawLinesAreLinesToo() {
    print(true, false, EVENT + "\r\033[2K");

    assertThat(out).hasToString(EVENT + "\\x0d\\x1b[2K\n");
  }

  @Test
  void whatWasLostIsTold() {
    print(false, false, "CPU:3 [LOST 17 EVENTS]", "CPU:3 [LOST EVENTS]");

    assertThat(err)
        .hasToString(
            "the kernel dropped 17 lines of CPU 3\nthe kernel dropped some lines of CPU 3\n");
  }
}
