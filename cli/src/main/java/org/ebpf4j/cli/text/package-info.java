/// How values are written for people and for programs.
@NullMarked
package org.ebpf4j.cli.text;

import org.jspecify.annotations.NullMarked;
