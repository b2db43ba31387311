/// How objects are printed, one by one or many: as a table, as details, as JSON.
@NullMarked
package org.ebpf4j.cli.listing;

import org.jspecify.annotations.NullMarked;
