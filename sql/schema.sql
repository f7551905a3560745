-- The tables that the engine reads, and those it records its runs in. Plain SQL for SQLite and PostgreSQL;
-- running it again changes nothing.

CREATE TABLE IF NOT EXISTS def_workflows (
    WorkflowName   VARCHAR(200) NOT NULL,
    Package        VARCHAR(200) NOT NULL,
    Rank           INTEGER      NOT NULL,
    ProcessGuidSql TEXT         NOT NULL,
    Description    TEXT         NOT NULL,
    PRIMARY KEY (WorkflowName, Package)
);

CREATE TABLE IF NOT EXISTS def_workflow (
    WorkflowName VARCHAR(200) NOT NULL,
    Package      VARCHAR(200) NOT NULL,
    Rank         INTEGER      NOT NULL,
    Type         VARCHAR(40)  NOT NULL,
    Name         VARCHAR(200) NOT NULL,
    WorkflowGuid VARCHAR(200) NOT NULL,
    Async        INTEGER      NOT NULL,
    NodeData     TEXT         NOT NULL,
    Branches     TEXT         NOT NULL,
    PRIMARY KEY (WorkflowName, Package, WorkflowGuid)
);

-- What runs did. Written by the engine in one batch a run, where it is told to record.
CREATE TABLE IF NOT EXISTS runs (
    RunId        VARCHAR(40)      NOT NULL,
    ParentRunId  VARCHAR(40),
    WorkflowName VARCHAR(200)     NOT NULL,
    Package      VARCHAR(200)     NOT NULL,
    RunGuid      TEXT             NOT NULL,
    ProcessGuid  TEXT             NOT NULL,
    StartedAt    VARCHAR(40)      NOT NULL,
    DurationS    DOUBLE PRECISION NOT NULL,
    Status       VARCHAR(10)      NOT NULL,
    Error        TEXT             NOT NULL,
    PRIMARY KEY (RunId)
);

CREATE TABLE IF NOT EXISTS run_nodes (
    RunId        VARCHAR(40)      NOT NULL,
    Position     INTEGER          NOT NULL,
    WorkflowGuid VARCHAR(200)     NOT NULL,
    Name         VARCHAR(200)     NOT NULL,
    Type         VARCHAR(40)      NOT NULL,
    Status       VARCHAR(10)      NOT NULL,
    DurationS    DOUBLE PRECISION NOT NULL,
    Writes       TEXT             NOT NULL,
    PRIMARY KEY (RunId, Position)
);
