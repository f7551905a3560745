-- The tables that the engine reads. Plain SQL for SQLite and PostgreSQL; running it again changes nothing.

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
