package org.ebpf4j.maven.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The goal `verify` on this machine's kernel.
@KernelTest
class VerifyGoalTest {
  @TempDir Path folder;

  private List<String> verify(String... objects) throws IOException {
    var properties = new Properties();
    for (var name : List.of("sources", "classes", "generated", "state")) {
      properties.setProperty(name, folder.resolve(name).toString());
    }
    properties.setProperty("package", "p");
    properties.setProperty("kernel.0", "host");
    for (var each : List.of("sources", "classes/p")) {
      Files.createDirectories(folder.resolve(each));
      for (var object : objects) {
        var name = object.substring(object.indexOf('/') + 1) + ".bpf.o";
        var bytes =
            object.startsWith("examples:")
                ? Files.readAllBytes(TestObjects.example(object.substring(9) + ".bpf.o"))
                : Files.readAllBytes(TestObjects.file(object));
        Files.write(folder.resolve(each).resolve(name), bytes);
      }
    }
    var told = new ArrayList<String>();
    var log =
        new Log() {
          @Override
          public void info(String text) {
            told.add(text);
          }

          @Override
          public void warn(String text) {
            told.add(text);
          }
        };
    new VerifyGoal(Request.of(properties), log).run();
    return told;
  }

  @Test
  void acceptedProgramsAreCounted() throws IOException {
    assertThat(verify("examples:tools/execs")).containsExactly("this kernel accepts 1 program");
  }

  @Test
  void aRejectedProgramFailsWithFileLineAndMend() {
    assertThatThrownBy(() -> verify("failures/null_unchecked"))
        .isInstanceOf(GoalException.class)
        .hasMessageContaining("this kernel rejects a program:\nnull_unchecked.bpf.o, program 'f': ")
        .hasMessageContaining("try: compare the result of bpf_map_lookup_elem with null")
        .hasMessageContaining("at null_unchecked.bpf.c:16");
  }
}
